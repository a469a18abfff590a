// What the first person says, filled in as far as it follows from the rest, and what is missing of it.
import { addressFrom, isAddress } from '../../api/address';

/** As typed; `null` for what nobody has touched and so follows from what stands above it. */
export interface Typed {
  organisation: string;
  name: string;
  email: string;
  roomName: string | null;
  address: string | null;
}

export const untouched: Typed = { organisation: '', name: '', email: '', roomName: null, address: null };

/** The room is called like the organisation, and found at the word that makes. */
export function filledIn(typed: Typed): { [Field in keyof Typed]: string } {
  const roomName = typed.roomName ?? typed.organisation;
  return { ...typed, roomName, address: typed.address ?? addressFrom(roomName) ?? '' };
}

export type Missing = keyof Typed;

/** The first field that cannot be sent as it is. Whether an address is really a mailbox, only the server can say. */
export function missing(typed: Typed): Missing | null {
  const all = filledIn(typed);
  const order: Missing[] = ['organisation', 'name', 'email', 'roomName', 'address'];
  return (
    order.find((field) => all[field].trim() === '' || (field === 'address' && !isAddress(all[field]))) ?? null
  );
}
