// The written conversation of a call, on LiveKit's chat topic so that any of its clients can take part.
import type { Room } from 'livekit-client';
import type { ChatMessage } from './types';

const TOPIC = 'lk.chat';
/** Long meetings stay light: older messages make room. */
const KEPT = 1000;
/** One message is shown up to this length, whatever a foreign client sends. */
const LONGEST = 5000;

export class Chat {
  messages: ChatMessage[] = [];

  constructor(
    private readonly room: Room,
    private readonly onMessage: (message: ChatMessage) => void,
  ) {
    room.registerTextStreamHandler(TOPIC, (reader, { identity }) => {
      reader
        .readAll()
        .then((text) => this.receive(reader.info.id, identity, text, reader.info.timestamp))
        // A sender who leaves mid-message leaves half a message: nothing to show.
        .catch(() => undefined);
    });
  }

  get maySend(): boolean {
    return this.room.localParticipant.permissions?.canPublishData ?? true;
  }

  send = async (text: string): Promise<void> => {
    const info = await this.room.localParticipant.sendText(text, { topic: TOPIC });
    const { identity, name } = this.room.localParticipant;
    this.add({ id: info.id, personId: identity, name: name ?? '', text, at: info.timestamp, own: true });
  };

  private receive(id: string, identity: string, text: string, at: number): void {
    const words = text.trim().slice(0, LONGEST);
    if (words === '') return;
    const name = this.room.remoteParticipants.get(identity)?.name ?? '';
    this.add({ id, personId: identity, name, text: words, at: at || Date.now(), own: false });
  }

  private add(message: ChatMessage): void {
    this.messages = [...this.messages, message].slice(-KEPT);
    this.onMessage(message);
  }
}
