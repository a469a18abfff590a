// One received (or own) picture: a video element that follows its track and appears once it has a frame.
import { useEffect, useRef, useState } from 'react';
import type { Call, PictureKey } from './types';

interface PictureProps {
  call: Call;
  pictureKey: PictureKey;
  /** Changes when another track has to be attached. */
  track: string;
  mirrored?: boolean;
  fit: 'cover' | 'contain';
}

export function Picture({ call, pictureKey, track, mirrored = false, fit }: PictureProps) {
  const element = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    setReady(false);
    return element.current ? call.attachPicture(pictureKey, element.current) : undefined;
  }, [call, pictureKey, track]);
  return (
    <video
      ref={element}
      autoPlay
      playsInline
      muted
      // We offer a small window ourselves, but to Firefox, whose own button over each picture is the only way.
      disablePictureInPicture={document.pictureInPictureEnabled}
      aria-hidden="true"
      onLoadedData={() => setReady(true)}
      onPlaying={() => setReady(true)}
      style={{
        position: 'absolute',
        inset: 0,
        width: '100%',
        height: '100%',
        objectFit: fit,
        transform: mirrored ? 'scaleX(-1)' : undefined,
        opacity: ready ? 1 : 0,
        transition: 'opacity var(--motion)',
      }}
    />
  );
}
