// Where pages may not fill a window of their own: the browser's small window of one video, kept on whoever speaks.
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { pictureKey, type Call, type PersonInCall } from '../../../call';
import { onePicture } from './mini';
import classes from './SpeakerVideo.module.css';

const offered =
  typeof document !== 'undefined' &&
  !('documentPictureInPicture' in globalThis) &&
  document.pictureInPictureEnabled === true;

export interface SpeakerVideo {
  on: boolean;
  toggle: () => void;
  /** To be drawn somewhere in the page: the browser takes its video from there. */
  element: React.ReactNode;
}

/** Null where there is no such window, or nobody to be seen in it. */
export function useSpeakerVideo(call: Call, people: readonly PersonInCall[]): SpeakerVideo | null {
  const video = useRef<HTMLVideoElement>(null);
  const [on, setOn] = useState(false);
  const picture = offered ? onePicture(people) : null;
  const toggle = useCallback(() => {
    const leaving = document.pictureInPictureElement !== null;
    const done = leaving ? document.exitPictureInPicture() : video.current?.requestPictureInPicture();
    void done?.catch(() => undefined);
  }, []);
  if (!picture) return null;
  const { person, source } = picture;
  const track = (source === 'screen' ? person.screenTrack : person.cameraTrack) ?? '';
  return {
    on,
    toggle,
    element: (
      <OneVideo call={call} video={video} person={person.id} source={source} track={track} onChange={setOn} />
    ),
  };
}

interface OneVideoProps {
  call: Call;
  video: RefObject<HTMLVideoElement | null>;
  person: string;
  source: 'camera' | 'screen';
  /** Changes when another track has to be attached. */
  track: string;
  onChange: (on: boolean) => void;
}

/** Always there, since the browser takes a video into its window only when it plays already. */
function OneVideo({ call, video, person, source, track, onChange }: OneVideoProps) {
  useEffect(() => {
    const key = pictureKey(source, person);
    const detach = video.current ? call.attachPicture(key, video.current) : undefined;
    return detach;
  }, [call, video, person, source, track]);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const entered = () => onChange(true);
    const left = () => onChange(false);
    element.addEventListener('enterpictureinpicture', entered);
    element.addEventListener('leavepictureinpicture', left);
    return () => {
      element.removeEventListener('enterpictureinpicture', entered);
      element.removeEventListener('leavepictureinpicture', left);
      onChange(false);
    };
  }, [video, onChange]);
  return <video ref={video} className={classes.video} autoPlay playsInline muted aria-hidden="true" />;
}
