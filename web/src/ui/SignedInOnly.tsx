// For pages that belong to somebody: whoever is signed out is led through the sign-in page and back.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { meQuery, type Me } from '../api/me';
import { BrokenPage } from './BrokenPage';
import { signInFor } from './next';

export function SignedInOnly({ children }: { children: (me: Me) => ReactNode }) {
  const { pathname, search, hash } = useLocation();
  const { data: me, isError } = useQuery(meQuery);
  if (me) return children(me);
  if (me === null) return <Navigate to={signInFor(pathname + search + hash)} replace />;
  return isError ? <BrokenPage /> : null;
}
