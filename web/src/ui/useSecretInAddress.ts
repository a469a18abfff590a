// The secret behind the # of a link: read once, and taken out of the address bar and the history at once.
import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

export function useSecretInAddress(): string | null {
  const { pathname, search, hash } = useLocation();
  const navigate = useNavigate();
  const [secret, setSecret] = useState<string | null>(null);
  const found = hash.length > 1 ? hash.slice(1) : null;
  // A second link opened in the same tab takes the place of the first.
  if (found && found !== secret) setSecret(found);
  useEffect(() => {
    if (found) void navigate(pathname + search, { replace: true });
  }, [found, pathname, search, navigate]);
  return found ?? secret;
}
