// Two knocks on wood, made in the page so that nothing has to be fetched.

/** Many who come at once are one sound. */
const REST = 1500;

let last = 0;

/** Knocks, unless it has just knocked. A browser that allows no sound before a gesture stays silent. */
export function ring(now = Date.now()): void {
  if (now - last < REST) return;
  last = now;
  void knock().catch(() => undefined);
}

/** Whoever has not been answered is heard again after so long: soon enough for who waits, rarely enough for a meeting. */
export const AGAIN = 30_000;

/** Knocks again for as long as somebody is unanswered; the returned function ends that. */
export function keepRinging(unanswered: () => boolean, knockAgain: () => void = ring): () => void {
  const timer = setInterval(() => {
    if (unanswered()) knockAgain();
  }, AGAIN);
  return () => clearInterval(timer);
}

async function knock(): Promise<void> {
  const context = new AudioContext();
  try {
    if (context.state === 'suspended') await withPatience(context.resume());
    for (const at of [0, 0.19]) strike(context, context.currentTime + 0.03 + at);
    await new Promise((resolve) => setTimeout(resolve, 700));
  } finally {
    await context.close();
  }
}

/** Without a gesture before it, resuming never ends. */
function withPatience(resumed: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no sound is allowed yet')), 300);
    resumed.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A short low tone that falls, under a click: a knuckle on a door. */
function strike(context: AudioContext, begin: number): void {
  for (const [type, from, to, loudness, length] of [
    ['sine', 210, 90, 0.5, 0.14],
    ['triangle', 900, 300, 0.16, 0.035],
  ] as const) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = type;
    tone.frequency.setValueAtTime(from, begin);
    tone.frequency.exponentialRampToValueAtTime(to, begin + length);
    gain.gain.setValueAtTime(0.0001, begin);
    gain.gain.exponentialRampToValueAtTime(loudness, begin + 0.004);
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + length);
    tone.connect(gain).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + length + 0.02);
  }
}
