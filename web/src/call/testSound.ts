// Plays two gentle notes on the chosen speaker, made in the page so that nothing has to be fetched.
import { canChooseSpeaker } from './devices';

export async function playTestSound(speaker: string | null): Promise<void> {
  const context = new AudioContext();
  try {
    await context.resume();
    await play(context, speaker);
  } finally {
    await context.close();
  }
}

async function play(context: AudioContext, speaker: string | null): Promise<void> {
  const target = context.createMediaStreamDestination();
  const notes: [frequency: number, at: number][] = [
    [523.25, 0],
    [659.25, 0.22],
    [783.99, 0.44],
  ];
  for (const [frequency, at] of notes) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = 'sine';
    tone.frequency.value = frequency;
    const begin = context.currentTime + 0.05 + at;
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(0.28, begin + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, begin + 0.6);
    tone.connect(gain).connect(target);
    tone.start(begin);
    tone.stop(begin + 0.65);
  }
  const element = new Audio();
  element.srcObject = target.stream;
  if (canChooseSpeaker && speaker) await element.setSinkId(speaker).catch(() => undefined);
  await element.play();
  await new Promise((resolve) => setTimeout(resolve, 1300));
  element.pause();
  element.srcObject = null;
}
