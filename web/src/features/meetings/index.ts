// The face of this folder: the meetings of a room, and one of them.
export { MeetingPage } from './MeetingPage';
export { MeetingsPage } from './MeetingsPage';
