// The face of this feature: what several pages show and do with rooms.
export { AccessChoice } from './AccessChoice';
export { AddressField, type AddressState } from './AddressField';
export { linkOf } from './link';
export { NewRoomDialog } from './NewRoomDialog';
export { QrCodeDialog } from './QrCodeDialog';
export { RoomBadge } from './RoomBadge';
export { RoomMenu } from './RoomMenu';
