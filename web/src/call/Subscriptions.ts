// Decides what is received: every microphone always, pictures only while their tile is on screen.
import { Track, type RemoteParticipant, type RemoteTrackPublication, type Room } from 'livekit-client';
import { pictureKey, type PictureKey, type ViewName } from './types';

/** Turning a page back and forth must not cost a new subscription each time. */
const GRACE_MS = 2000;

export class Subscriptions {
  private readonly shown = new Map<ViewName, readonly PictureKey[]>();
  private wanted: ReadonlySet<PictureKey> = new Set();
  private readonly asked = new WeakMap<RemoteTrackPublication, boolean>();
  private readonly farewells = new Map<RemoteTrackPublication, ReturnType<typeof setTimeout>>();

  constructor(private readonly room: Room) {}

  show(view: ViewName, pictures: readonly PictureKey[]): void {
    this.shown.set(view, pictures);
    this.wanted = new Set([...this.shown.values()].flat());
    this.apply();
  }

  /** Safe to call at any time; says again only what changed. */
  apply(): void {
    for (const person of this.room.remoteParticipants.values()) {
      for (const publication of person.trackPublications.values()) {
        if (publication.kind === Track.Kind.Audio) this.ask(publication, true);
        else if (this.wanted.has(keyOf(person, publication))) this.keep(publication);
        else this.letGo(publication);
      }
    }
  }

  close(): void {
    for (const timer of this.farewells.values()) clearTimeout(timer);
    this.farewells.clear();
  }

  private keep(publication: RemoteTrackPublication): void {
    clearTimeout(this.farewells.get(publication));
    this.farewells.delete(publication);
    this.ask(publication, true);
  }

  private letGo(publication: RemoteTrackPublication): void {
    if (this.asked.get(publication) === false || this.farewells.has(publication)) return;
    if (this.asked.get(publication) === undefined && !publication.isDesired) return;
    const timer = setTimeout(() => {
      this.farewells.delete(publication);
      this.ask(publication, false);
    }, GRACE_MS);
    this.farewells.set(publication, timer);
  }

  private ask(publication: RemoteTrackPublication, subscribe: boolean): void {
    if (this.asked.get(publication) === subscribe) return;
    this.asked.set(publication, subscribe);
    if (publication.isDesired !== subscribe) publication.setSubscribed(subscribe);
  }
}

function keyOf(person: RemoteParticipant, publication: RemoteTrackPublication): PictureKey {
  return pictureKey(publication.source === Track.Source.ScreenShare ? 'screen' : 'camera', person.identity);
}
