// One room's settings: what it is called, where it is found, who enters, who hosts it.
import { useTranslation } from 'react-i18next';
import { Navigate, useParams } from 'react-router';
import { ApiError } from '../../../api/ApiError';
import type { Room } from '../../../api/client';
import { useRoom } from '../../../api/queries';
import type { RoomSettings } from '../../../api/rooms';
import { Trouble } from '../../../ui/Trouble';
import { SettingsPage } from '../SettingsPage';
import { AddressesSection } from './AddressesSection';
import { DeleteSection } from './DeleteSection';
import { DoorSection } from './DoorSection';
import { HostsSection } from './HostsSection';
import { NameSection } from './NameSection';
import { RoomActions } from './RoomActions';

/** A room of which the settings are told. */
export type HostedRoom = Room & { settings: RoomSettings };

export function RoomPage() {
  const { t } = useTranslation();
  const { address = '' } = useParams();
  const { data: room, error } = useRoom(address, { everySeconds: 60 });
  const above = { to: '/settings/rooms', title: t('settings:part.rooms') };
  // An alias or a former address; in settings a room has one address.
  if (room && room.address !== address) return <Navigate to={`/settings/rooms/${room.address}`} replace />;
  if (!room?.settings) {
    const refusal = error ?? (room && new ApiError('room_not_yours', 403));
    return (
      <SettingsPage title={room?.name ?? address} above={above}>
        {refusal && <Trouble of={refusal} />}
      </SettingsPage>
    );
  }
  const hosted: HostedRoom = { ...room, settings: room.settings };
  const manages = room.may.includes('manage');
  return (
    <SettingsPage title={room.name} above={above} actions={<RoomActions room={room} />}>
      <DoorSection key={`door ${room.id}`} room={hosted} />
      {manages && (
        <>
          <NameSection key={`name ${room.id}`} room={hosted} />
          <AddressesSection room={hosted} />
          <HostsSection room={hosted} />
          <DeleteSection room={hosted} />
        </>
      )}
    </SettingsPage>
  );
}
