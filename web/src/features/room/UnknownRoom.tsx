// For an address that no room has: offers to make the room to those who may, and tells the others whom to ask.
import { Button } from '@mantine/core';
import { IconDoor } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { pathCalling } from '../../api/address';
import type { ApiError } from '../../api/ApiError';
import { useMe } from '../../api/me';
import { useMakeRoom, useRooms } from '../../api/rooms';
import { HelpContact } from '../../ui/HelpContact';
import { Icon } from '../../ui/Icon';
import { signInFor } from '../../ui/next';
import { randomKey } from '../../ui/randomKey';
import { Shell } from '../../ui/Shell';
import { Trouble } from '../../ui/Trouble';
import { usePageTitle } from '../../ui/usePageTitle';
import classes from './UnknownRoom.module.css';

/** What the server tells of a room that does not exist. */
interface Unknown {
  /** Whoever asks may make it: now, or once they have signed in. */
  mayCreate: boolean;
  /** They have to sign in first. */
  signIn: boolean;
  /** By which people get accounts here. */
  policy: string;
  /** The room it would be taken for. */
  looksLike: string | null;
  /** The domains of e-mail addresses with which one gets an account. */
  domains: string[];
}

/** Reads the details of an `unknown_room` error. */
function unknownFrom(details: ApiError['details']): Unknown {
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const { domains } = details;
  return {
    mayCreate: details.may_create === true,
    signIn: details.sign_in === true,
    policy: text(details.policy) ?? 'closed',
    looksLike: text(details.looks_like),
    domains: Array.isArray(domains) ? domains.filter((one) => typeof one === 'string') : [],
  };
}

interface UnknownRoomProps {
  address: string;
  /** How whoever asks called it. */
  said: string;
  /** What came with the refusal. */
  details: ApiError['details'];
}

export function UnknownRoom({ address, said, details }: UnknownRoomProps) {
  const { t } = useTranslation();
  usePageTitle(t('rooms:unknown.page_title', { room: said }));
  return (
    <Shell>
      <div className={classes.page}>
        <p className={classes.address}>
          <Icon of={IconDoor} />
          {location.host}/{address}
        </p>
        <h1 className={classes.title}>{t('rooms:unknown.title')}</h1>
        <Offer address={address} said={said} unknown={unknownFrom(details)} />
        <Link className="text-link" to="/">
          {t('rooms:unknown.other')}
        </Link>
      </div>
    </Shell>
  );
}

function Offer({ address, said, unknown }: { address: string; said: string; unknown: Unknown }) {
  const { t, i18n } = useTranslation();
  if (unknown.looksLike) {
    return (
      <>
        <p className={classes.text}>{t('rooms:unknown.looks_like')}</p>
        <Button h={48} fz="lg" component={Link} to={`/${unknown.looksLike}`}>
          {location.host}/{unknown.looksLike}
        </Button>
      </>
    );
  }
  if (unknown.mayCreate && !unknown.signIn) return <Make address={address} said={said} />;
  if (!unknown.signIn) return <OwnRoom />;
  const asks = unknown.mayCreate
    ? unknown.domains.length > 0
      ? t('rooms:unknown.for_domains', {
          domains: new Intl.ListFormat(i18n.language, { type: 'disjunction' }).format(
            unknown.domains.map((domain) => `@${domain}`),
          ),
        })
      : t('rooms:unknown.for_anyone')
    : t('rooms:unknown.for_members');
  return (
    <>
      <p className={classes.text}>{asks}</p>
      <Button h={48} fz="lg" component={Link} to={signInFor(pathCalling(address, said))}>
        {unknown.mayCreate ? t('rooms:unknown.make') : t('common:sign_in')}
      </Button>
      {!unknown.mayCreate && <HelpContact />}
    </>
  );
}

/** One press makes the room; its page comes by itself. */
function Make({ address, said }: { address: string; said: string }) {
  const { t } = useTranslation();
  const making = useMakeRoom();
  const [key] = useState(randomKey);
  return (
    <>
      <p className={classes.text}>{t('rooms:unknown.yours')}</p>
      {making.isError && <Trouble of={making.error} />}
      <Button
        h={48}
        fz="lg"
        loading={making.isPending}
        onClick={() => making.mutate({ key, address, name: said })}
      >
        {t('rooms:unknown.make')}
      </Button>
    </>
  );
}

/** For somebody who has the one room they may have. */
function OwnRoom() {
  const { t } = useTranslation();
  const me = useMe();
  const rooms = useRooms();
  const own = rooms.data?.find((room) => room.mine);
  if (!me || !own) return null;
  return (
    <>
      <p className={classes.text}>{t('rooms:unknown.own_room')}</p>
      <Button h={48} fz="lg" component={Link} to={`/${own.address}`}>
        {location.host}/{own.address}
      </Button>
    </>
  );
}
