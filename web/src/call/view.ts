// The second face of this folder: what a call shows and plays, fetched with its screen.
export { ReactionGlyph } from './ReactionGlyph';
export { RoomAudio } from './RoomAudio';
export { useCall } from './useCall';
export { Hand, VideoTile } from './VideoTile';
