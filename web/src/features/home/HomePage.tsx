// The first page: for a guest one field, for somebody who is signed in their rooms; before there is an organisation,
// where to begin.
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/me';
import { useIsSetUp } from '../../api/welcome';
import { Shell } from '../../ui/Shell';
import { usePageTitle } from '../../ui/usePageTitle';
import { NotSetUp } from '../welcome';
import { GuestHome } from './GuestHome';
import { MemberHome } from './MemberHome';

export function HomePage() {
  usePageTitle();
  const { data: me, isError } = useQuery(meQuery);
  const isSetUp = useIsSetUp();
  return (
    <Shell>
      {me && <MemberHome me={me} />}
      {/* Whoever cannot be asked who they are is a guest. */}
      {(me === null || (me === undefined && isError)) && (isSetUp === false ? <NotSetUp /> : <GuestHome />)}
    </Shell>
  );
}
