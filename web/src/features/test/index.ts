// The face of this feature: the page on which visitors test their devices and their network, and how it looks at the network.
export { TestPage } from './TestPage';
export { useNetworkLine } from './useNetworkLine';
export { useVerdictWords } from './useVerdictWords';
