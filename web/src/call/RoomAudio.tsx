// Plays everyone's sound; nothing to see.
import { memo, useEffect, useRef } from 'react';
import type { Call, Sound } from './types';

export function RoomAudio({ call, sounds }: { call: Call; sounds: Sound[] }) {
  return (
    <div hidden>
      {sounds.map((sound) => (
        <SoundElement key={sound.key} call={call} soundKey={sound.key} />
      ))}
    </div>
  );
}

const SoundElement = memo(function SoundElement({ call, soundKey }: { call: Call; soundKey: string }) {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(
    () => (element.current ? call.attachSound(soundKey, element.current) : undefined),
    [call, soundKey],
  );
  return <audio ref={element} autoPlay />;
});
