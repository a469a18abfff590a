// The face of this feature: the page where one says who one is.
export { SignInPage } from './SignInPage';
