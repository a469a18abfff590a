// What an administrator types about a sign-in service, and what is sent of it.
import type { Provider, ProviderChange } from '../../../api/providers';

/** The roles a service can give: nobody becomes an owner from outside. */
export const rolesGiven = ['individual', 'member', 'admin'] as const;

export interface Group {
  name: string;
  role: string;
}

export interface Typed {
  name: string;
  clientId: string;
  /** Empty: the one that is kept stays. */
  secret: string;
  createsPeople: boolean;
  defaultRole: string;
  groupClaim: string;
  groups: Group[];
  enabled: boolean;
}

export function typedFrom(provider: Provider): Typed {
  return {
    name: provider.name,
    clientId: provider.client_id,
    secret: '',
    createsPeople: provider.creates_people,
    defaultRole: provider.default_role,
    groupClaim: provider.group_claim ?? '',
    groups: Object.entries(provider.group_roles).map(([name, role]) => ({ name, role })),
    enabled: provider.enabled,
  };
}

export function changeOf(typed: Typed): ProviderChange {
  const claim = typed.groupClaim.trim();
  const named = typed.groups.filter((group) => group.name.trim() !== '');
  return {
    name: typed.name,
    client_id: typed.clientId,
    ...(typed.secret === '' ? {} : { client_secret: typed.secret }),
    creates_people: typed.createsPeople,
    default_role: typed.defaultRole,
    group_claim: claim === '' ? null : claim,
    // Without a claim that names groups, none of them can give anything.
    group_roles: Object.fromEntries(claim === '' ? [] : named.map(({ name, role }) => [name.trim(), role])),
    enabled: typed.enabled,
  };
}
