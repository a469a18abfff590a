// Plays the test sound and says that it plays, for those who would otherwise hear nothing and wonder.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { playTestSound } from '../../../call';
import classes from './TestSoundButton.module.css';

export function TestSoundButton({ speaker, long = false }: { speaker: string | null; long?: boolean }) {
  const { t } = useTranslation();
  const [playing, setPlaying] = useState(false);
  const play = () => {
    if (playing) return;
    setPlaying(true);
    void playTestSound(speaker)
      .catch(() => undefined)
      .finally(() => setPlaying(false));
  };
  return (
    <button type="button" className={classes.test} onClick={play} aria-label={t('devices:test_sound')}>
      {playing ? t('devices:testing') : long ? t('devices:test_sound') : t('devices:test')}
    </button>
  );
}
