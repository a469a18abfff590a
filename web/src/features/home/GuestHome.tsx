// The first page for a guest: one field, "the name of the room", and the rooms this browser knows.
import { Button, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { addressFrom, nameFrom } from '../../api/address';
import { forgetRoom, recentRooms } from '../../ui/recentRooms';
import { Logo } from '../../ui/Logo';
import classes from './Home.module.css';
import { RecentRoomCard } from './RecentRoomCard';

export function GuestHome() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [unusable, setUnusable] = useState<'empty' | 'letters' | null>(null);
  const [rooms, setRooms] = useState(recentRooms);
  const address = addressFrom(text);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (address) {
      // What was typed is how its visitor calls the room, until the room has a name of its own.
      const said = text.includes('/') ? undefined : nameFrom(text);
      void navigate(`/${address}`, { state: { said } });
      return;
    }
    setUnusable(text.trim() === '' ? 'empty' : 'letters');
    field.current?.focus();
  };
  const hint =
    text.trim() !== '' && address
      ? t('home:leads_to', { link: `${location.host}/${address}` })
      : t('home:hint', { example: `${location.host}/equipe` });
  return (
    <div className={classes.page}>
      <div className={classes.intro}>
        <span className={classes.mark}>
          <Logo size={64} />
        </span>
        <h1 className={classes.title}>{t('home:title')}</h1>
        <p className={classes.lead}>{t('home:lead')}</p>
      </div>
      <form className={classes.card} onSubmit={submit} noValidate>
        <div className={classes.row}>
          <TextInput
            ref={field}
            className={classes.field}
            label={t('home:room_name')}
            placeholder={t('home:placeholder')}
            value={text}
            maxLength={300}
            autoFocus
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            enterKeyHint="go"
            // Mantine overwrites these two when they are given as plain attributes.
            attributes={{ input: { 'aria-invalid': unusable !== null, 'aria-describedby': 'room-hint' } }}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setUnusable(null);
            }}
            classNames={{ input: classes.input, label: classes.label }}
          />
          <Button type="submit" h={48} fz="lg" px={28} className={classes.go}>
            {t('home:join')}
          </Button>
        </div>
        {/* A fresh element for what is wrong, so that it is announced; where an address leads is only described. */}
        <p
          key={unusable ?? 'hint'}
          id="room-hint"
          className={classes.hint}
          data-wrong={unusable !== null || undefined}
          role={unusable === null ? undefined : 'alert'}
        >
          {unusable === 'empty' ? t('home:empty') : unusable === 'letters' ? t('home:unusable') : hint}
        </p>
      </form>
      {rooms.length > 0 && (
        <section className={classes.recent} aria-labelledby="recent-rooms">
          <h2 id="recent-rooms">{t('home:recent')}</h2>
          <ul className={classes.rooms}>
            {rooms.map((room) => (
              <RecentRoomCard
                key={room.address}
                room={room}
                onForget={() => {
                  setRooms(forgetRoom(room.address));
                  field.current?.focus();
                }}
              />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
