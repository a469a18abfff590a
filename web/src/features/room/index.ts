// The face of this feature: the page of a room, and what its door shows of one's devices.
export { FailureHelp } from './devices/FailureHelp';
export { DeviceRow } from './prejoin/DeviceRow';
export { failureToTell } from './prejoin/failureToTell';
export { PreviewBox } from './prejoin/PreviewBox';
export { RoomPage } from './RoomPage';
