// The reactions to choose from: in a small box above the bar, and as the first row of a phone's sheet.
import { Popover } from '@mantine/core';
import { IconMoodSmile } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reactionKinds, type ReactionKind } from '../../../call';
import { ReactionGlyph } from '../../../call/view';
import { BarButton } from './BarButton';
import classes from './Reactions.module.css';
import { walk } from './walk';

type React = (kind: ReactionKind) => void;

/** Stays open until it is left: people who applaud do it more than once. */
export function ReactButton({ react }: { react: React }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="top"
      radius="lg"
      shadow="md"
      trapFocus
      returnFocus
      transitionProps={{ duration: 140 }}
    >
      <Popover.Target>
        <BarButton
          icon={IconMoodSmile}
          label={t('call:react')}
          look={open ? 'active' : 'plain'}
          onClick={() => setOpen((before) => !before)}
        />
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={t('call:reactions')}>
        <ReactionRow react={react} />
      </Popover.Dropdown>
    </Popover>
  );
}

export function ReactionRow({ react, sheet = false }: { react: React; sheet?: boolean }) {
  const { t } = useTranslation();
  const [sent, setSent] = useState(0);
  return (
    <div
      className={`${classes.row} ${sheet ? classes.sheet : ''}`}
      role="group"
      aria-label={t('call:reactions')}
      onKeyDown={walk}
    >
      {reactionKinds.map((kind) => (
        <button
          key={kind}
          type="button"
          className={classes.choice}
          onClick={() => {
            react(kind);
            setSent((before) => before + 1);
          }}
        >
          <ReactionGlyph kind={kind} size={26} />
          <span>{t(`call:reaction_${kind}`)}</span>
        </button>
      ))}
      <p className="visually-hidden" role="status">
        {sent > 0 && <span key={sent}>{t('call:reaction_sent')}</span>}
      </p>
    </div>
  );
}
