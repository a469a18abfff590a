// The face of this feature: the page of the first run, and what a server says that has not had it.
export { NotSetUp } from './NotSetUp';
export { WelcomePage } from './WelcomePage';
