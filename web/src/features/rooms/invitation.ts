// The text that somebody pastes into a letter or a message: which room, where, and what will happen there.
import type { TFunction } from 'i18next';
import type { Access } from '../../api/rooms';

/** Every line is a sentence of the reader's language; who reads it may never have met in a browser. */
export function invitationText(
  t: TFunction,
  room: { name: string; access: Access },
  link: string,
  host: string | undefined,
): string {
  return [
    host ? t('rooms:invitation.from', { host }) : t('rooms:invitation.title'),
    '',
    t('rooms:invitation.room', { room: room.name }),
    t('rooms:invitation.link', { link }),
    '',
    t('rooms:invitation.how'),
    t(`rooms:invitation.door_${room.access}`),
  ].join('\n');
}
