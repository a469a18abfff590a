// The door holds at most one microphone and one camera, and lets go of whatever nobody is shown any more.
import { beforeEach, expect, it, vi } from 'vitest';

/** A track that remembers whether it still runs. */
class FakeTrack {
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  constructor(readonly kind: 'audio' | 'video') {}
  stop() {
    this.readyState = 'ended';
  }
  addEventListener() {}
}

/** Everything handed out, oldest first, and the questions that still wait for the reader's answer. */
let handedOut: FakeTrack[] = [];
let questions: (() => void)[] = [];
vi.stubGlobal('navigator', {
  userAgent: '',
  mediaDevices: {
    enumerateDevices: () => Promise.resolve([]),
    getUserMedia: ({ audio, video }: MediaStreamConstraints) =>
      new Promise((resolve) => {
        questions.push(() => {
          const tracks = [
            ...(audio ? [new FakeTrack('audio')] : []),
            ...(video ? [new FakeTrack('video')] : []),
          ];
          handedOut.push(...tracks);
          resolve({
            getTracks: () => tracks,
            getAudioTracks: () => tracks.filter((track) => track.kind === 'audio'),
            getVideoTracks: () => tracks.filter((track) => track.kind === 'video'),
          });
        });
      }),
  },
});
const { Preview } = await import('../call/Preview');

const allow = async () => {
  await vi.waitUntil(() => questions.length > 0);
  questions.shift()?.();
};
const running = () => handedOut.filter((track) => track.readyState === 'live');

beforeEach(() => {
  handedOut = [];
  questions = [];
});

it('asks once for both, and never a second time before the first answer', async () => {
  const preview = new Preview();
  const started = preview.start();
  preview.choose('camera', 'b');
  await vi.waitUntil(() => questions.length > 0);
  expect(questions.length).toBe(1);
  await allow();
  await started;
  await allow();
  await vi.waitUntil(() => !preview.getSnapshot().camera.busy);
  preview.close();
});

it('keeps only the camera that was chosen last', async () => {
  const preview = new Preview();
  const started = preview.start();
  await allow();
  await started;
  preview.choose('camera', 'b');
  preview.choose('camera', 'c');
  await allow();
  await allow();
  await vi.waitUntil(
    () => handedOut.length === 4 && preview.getSnapshot().camera.track === (handedOut[3] as unknown),
  );
  expect(running()).toEqual([handedOut[0], handedOut[3]]);
  preview.close();
  expect(running()).toEqual([]);
});

it('gives running tracks to the call, which alone may stop them', async () => {
  const preview = new Preview();
  const started = preview.start();
  await allow();
  await started;
  const media = preview.handOver();
  expect(media).toMatchObject({ microphone: { on: true }, camera: { on: true } });
  preview.close();
  expect(running().length).toBe(2);
});

it('has nothing to give to a call that begins after its page was left', async () => {
  const preview = new Preview();
  const started = preview.start();
  await allow();
  await started;
  preview.close();
  const off = { track: null, on: false };
  expect(preview.handOver()).toMatchObject({ microphone: off, camera: off });
});

it('lets go of what is allowed only after its page was left', async () => {
  const preview = new Preview();
  const started = preview.start();
  await vi.waitUntil(() => questions.length > 0);
  preview.close();
  await allow();
  await started;
  expect(handedOut.length).toBe(2);
  expect(running()).toEqual([]);
});
