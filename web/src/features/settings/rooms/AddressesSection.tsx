// The addresses of a room: the main one, which may change, and others that lead to it.
import { Button, CloseButton } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useAddAddress, useChangeRoom, useRemoveAddress } from '../../../api/rooms';
import { Form } from '../../../ui/Form';
import { Saying } from '../../../ui/Saying';
import { Trouble } from '../../../ui/Trouble';
import { useSaying } from '../../../ui/useSaying';
import { AddressField, type AddressState } from '../../rooms';
import { Section } from '../Section';
import classes from './RoomPage.module.css';
import type { HostedRoom } from './RoomPage';

export function AddressesSection({ room }: { room: HostedRoom }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [said, say] = useSaying();
  const rename = useChangeRoom(room.address);
  const add = useAddAddress(room.address);
  const remove = useRemoveAddress(room.address);
  const [typed, setTyped] = useState('');
  const [state, setState] = useState<AddressState>({ address: null, free: false });
  const noteState = useCallback((known: AddressState) => setState(known), []);
  const { address: wanted, free } = state;
  const ready = wanted !== null && free && wanted !== room.address;
  const others = room.settings.addresses.filter(({ kind }) => kind !== 'main');
  const makeMain = (address: string) =>
    rename.mutate(
      { address },
      {
        onSuccess: (renamed) => {
          setTyped('');
          say(t('rooms:renamed', { address: renamed.address }));
          void navigate(`/settings/rooms/${renamed.address}`, { replace: true });
        },
      },
    );
  const addAlias = () => {
    if (!ready) return;
    add.mutate(wanted, {
      onSuccess: () => {
        setTyped('');
        say(t('rooms:address_added', { address: wanted }));
      },
    });
  };
  return (
    <Section title={t('rooms:addresses')} about={t('rooms:addresses_about')}>
      <ul className={classes.list}>
        <li className={classes.item}>
          <span className={classes.itemName}>
            <strong>
              {location.host}/{room.address}
            </strong>
            <small>{t('rooms:address_kind.main')}</small>
          </span>
        </li>
        {others.map(({ address, kind }) => (
          <li key={address} className={classes.item}>
            <span className={classes.itemName}>
              {location.host}/{address}
              <small>{t(`rooms:address_kind.${kind}`)}</small>
            </span>
            <Button
              variant="subtle"
              h={36}
              loading={rename.isPending && rename.variables.address === address}
              onClick={() => makeMain(address)}
              aria-label={t('rooms:make_main_of', { address })}
            >
              {t('rooms:make_main')}
            </Button>
            <CloseButton
              size={36}
              aria-label={t('rooms:remove_address', { address })}
              title={t('rooms:remove_address', { address })}
              onClick={() =>
                remove.mutate(address, {
                  onSuccess: () => say(t('rooms:address_removed', { address })),
                })
              }
            />
          </li>
        ))}
      </ul>
      {remove.isError && <Trouble of={remove.error} />}
      <Form onSubmit={addAlias}>
        <AddressField
          label={t('rooms:new_address')}
          value={typed}
          onChange={setTyped}
          room={room.address}
          onState={noteState}
        />
        {add.isError && <Trouble of={add.error} />}
        {rename.isError && <Trouble of={rename.error} />}
        <div className={classes.buttons}>
          <Button type="submit" variant="default" disabled={!ready} loading={add.isPending}>
            {t('rooms:add_address')}
          </Button>
          <Button
            variant="default"
            disabled={!ready}
            loading={rename.isPending && rename.variables.address === wanted}
            onClick={() => wanted && makeMain(wanted)}
          >
            {t('rooms:rename_to')}
          </Button>
        </div>
      </Form>
      <Saying sentence={said} />
    </Section>
  );
}
