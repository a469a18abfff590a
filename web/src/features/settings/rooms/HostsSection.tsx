// Who hosts a room: its owner, those who do so with them, and handing it over.
import { Button, CloseButton } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddHost, useChangeRoom, useRemoveHost } from '../../../api/rooms';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { Icon } from '../../../ui/Icon';
import { Portrait } from '../../../ui/Portrait';
import { Saying } from '../../../ui/Saying';
import { Trouble } from '../../../ui/Trouble';
import { useSaying } from '../../../ui/useSaying';
import { Section } from '../Section';
import { useSettingsOf } from '../useSettingsOf';
import { PersonPicker } from './PersonPicker';
import classes from './RoomPage.module.css';
import type { HostedRoom } from './RoomPage';

interface Somebody {
  id: string;
  name: string;
}

export function HostsSection({ room }: { room: HostedRoom }) {
  const { t } = useTranslation();
  const me = useSettingsOf();
  const [said, say] = useSaying();
  const add = useAddHost(room.address);
  const remove = useRemoveHost(room.address);
  const handOver = useChangeRoom(room.address);
  const [heir, setHeir] = useState<Somebody | null>(null);
  const { owner, hosts } = room.settings;
  const seesPeople = me.rights.includes('see_directory');
  return (
    <Section title={t('rooms:hosts')} about={t('rooms:hosts_about')}>
      <ul className={classes.list}>
        {owner && (
          <li className={classes.item}>
            <Portrait name={owner.name} size={32} />
            <span className={classes.itemName}>
              <strong>
                <bdi>{owner.name}</bdi>
              </strong>
              <small>{t('rooms:owner')}</small>
            </span>
          </li>
        )}
        {hosts.map((host) => (
          <li key={host.id} className={classes.item}>
            <Portrait name={host.name} size={32} />
            <span className={classes.itemName}>
              <bdi>{host.name}</bdi>
              <small>{t('rooms:host')}</small>
            </span>
            <Button
              variant="subtle"
              h={36}
              aria-label={t('rooms:hand_over_to', { name: host.name })}
              onClick={() => setHeir(host)}
            >
              {t('rooms:hand_over')}
            </Button>
            <CloseButton
              size={36}
              aria-label={t('rooms:remove_host', { name: host.name })}
              title={t('rooms:remove_host', { name: host.name })}
              onClick={() =>
                remove.mutate(host.id, {
                  onSuccess: () => say(t('rooms:host_removed', { name: host.name })),
                })
              }
            />
          </li>
        ))}
      </ul>
      {remove.isError && <Trouble of={remove.error} />}
      {seesPeople && (
        <PersonPicker
          label={t('rooms:add_host')}
          without={[...hosts, ...(owner ? [owner] : [])].map(({ id }) => id)}
          icon={<Icon of={IconUserPlus} />}
          onPick={(person) =>
            add.mutate(person.id, {
              onSuccess: () => say(t('rooms:host_added', { name: person.name })),
            })
          }
        />
      )}
      {add.isError && <Trouble of={add.error} />}
      {heir && (
        <ConfirmDialog
          title={t('rooms:hand_over_title', { name: heir.name })}
          action={t('rooms:hand_over')}
          doing={handOver}
          onConfirm={() =>
            handOver.mutate(
              { owner: heir.id },
              {
                onSuccess: () => {
                  say(t('rooms:handed_over', { name: heir.name }));
                  setHeir(null);
                },
              },
            )
          }
          onClose={() => setHeir(null)}
        >
          <p>{t('rooms:hand_over_about', { name: heir.name })}</p>
        </ConfirmDialog>
      )}
      <Saying sentence={said} />
    </Section>
  );
}
