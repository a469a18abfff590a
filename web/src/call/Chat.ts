// The written conversation of a call: kept by the server where it can, else on LiveKit's chat topic as any of its clients.
import type { Room } from 'livekit-client';
import { codeOf } from '../api/ApiError';
import { keptMessage, type KeptMessage } from '../api/inCall';
import { Conversation, type Arrived } from './Conversation';
import { KeptMessages } from './KeptMessages';
import { readRoomState } from './roomState';
import type { ChatMessage } from './types';

const LIVEKIT_TOPIC = 'lk.chat';
const KEPT_TOPIC = 'palabre.chat';

export class Chat {
  private readonly conversation = new Conversation();
  private readonly store: KeptMessages;
  /** What was written before one came has been asked for. */
  private begun = false;
  /** And it was read. */
  private caughtUp = false;

  constructor(
    private readonly room: Room,
    token: () => string,
    /** Told of others' messages as they come; those of before one came are only listed. */
    private readonly onMessage: (message: ChatMessage) => void,
    private readonly changed: () => void,
  ) {
    this.store = new KeptMessages(token, (messages) =>
      this.receive(messages.map(arrived), { tell: this.caughtUp }),
    );
    room.registerTextStreamHandler(LIVEKIT_TOPIC, (reader, { identity }) => {
      reader
        .readAll()
        .then((text) => {
          const name = room.remoteParticipants.get(identity)?.name ?? '';
          const at = reader.info.timestamp || Date.now();
          this.receive([{ id: reader.info.id, personId: identity, name, text, at }], { tell: true });
        })
        // A sender who leaves mid-message leaves half a message: nothing to show.
        .catch(() => undefined);
    });
    this.roomChanged();
  }

  get messages(): ChatMessage[] {
    return this.conversation.messages;
  }

  get kept(): boolean {
    return readRoomState(this.room.metadata).ours;
  }

  get maySend(): boolean {
    return this.room.localParticipant.permissions?.canPublishData ?? true;
  }

  /** To be called when the server says something new of the room. */
  roomChanged(): void {
    if (!this.begun) this.catchUp();
  }

  /** To be called when the connection is back: something may have been written meanwhile. */
  catchUp(): void {
    if (!this.kept) return;
    this.begun = true;
    void this.store.sync().then(() => (this.caughtUp = true));
  }

  /** A data message of the call; only the server itself, which has no identity, may say what it keeps. */
  receiveData(payload: Uint8Array, topic: string | undefined, identity: string | undefined): void {
    if (topic !== KEPT_TOPIC || identity) return;
    const message = keptMessage(parsed(payload));
    if (message) this.receive([arrived(message)], { tell: true });
  }

  send = (text: string): boolean => {
    const { identity, name } = this.room.localParticipant;
    const message = this.conversation.begin(text, { personId: identity, name: name ?? '' }, Date.now());
    if (!message) return false;
    this.changed();
    void this.deliver(message);
    return true;
  };

  retry = (id: string): void => {
    const message = this.conversation.retry(id);
    if (!message) return;
    this.changed();
    void this.deliverAgain(message);
  };

  close(): void {
    this.store.close();
  }

  private async deliver({ id, text }: ChatMessage): Promise<void> {
    try {
      this.conversation.settle(
        id,
        this.kept ? arrived(await this.store.post(text)) : await this.stream(text),
      );
    } catch (error) {
      this.conversation.fail(id, codeOf(error));
    }
    this.changed();
  }

  /** The first time it may have arrived although no answer came: then it is found among those kept. */
  private async deliverAgain(message: ChatMessage): Promise<void> {
    if (this.kept) await this.store.sync();
    if (this.conversation.waiting(message.id)) await this.deliver(message);
  }

  private async stream(text: string): Promise<Arrived> {
    const self = this.room.localParticipant;
    const { id, timestamp } = await self.sendText(text, { topic: LIVEKIT_TOPIC });
    return { id, personId: self.identity, name: self.name ?? '', text, at: timestamp };
  }

  private receive(messages: Arrived[], { tell }: { tell: boolean }): void {
    const fresh = this.conversation.receive(messages, this.room.localParticipant.identity);
    if (tell) fresh.forEach(this.onMessage);
    this.changed();
  }
}

function arrived({ id, identity, name, text, sent }: KeptMessage): Arrived {
  return { id, personId: identity, name, text, at: sent };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null;
  }
}
