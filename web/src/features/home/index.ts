// The face of this feature: the first page, and the page for addresses that lead nowhere.
export { HomePage } from './HomePage';
export { NowherePage } from './NowherePage';
