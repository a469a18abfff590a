// The face of this feature: the page of a room.
export { RoomPage } from './RoomPage';
