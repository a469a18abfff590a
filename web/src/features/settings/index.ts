// The face of this feature: the routes below /settings.
export { settingsRoute } from './routes';
