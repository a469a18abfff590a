// Every page below /settings and how its code is fetched; light, for the list of all pages imports it.
import type { RouteObject } from 'react-router';
import { withSentences } from '../../i18n';

export const settingsRoute: RouteObject = {
  id: 'settings',
  path: '/settings',
  lazy: () => withSentences(async () => ({ Component: (await import('./SettingsLayout')).SettingsLayout })),
  children: [
    {
      index: true,
      lazy: async () => ({ Component: (await import('./SettingsIndex')).SettingsIndex }),
    },
    {
      path: 'me',
      lazy: async () => ({ Component: (await import('./me/MePage')).MePage }),
    },
    {
      path: 'organisation',
      lazy: async () => ({
        Component: (await import('./organisation/OrganisationPage')).OrganisationPage,
      }),
    },
    {
      path: 'establishments',
      lazy: async () => ({
        Component: (await import('./establishments/EstablishmentsPage')).EstablishmentsPage,
      }),
    },
    {
      path: 'people',
      lazy: async () => ({ Component: (await import('./people/PeoplePage')).PeoplePage }),
    },
    {
      path: 'webhooks',
      lazy: async () => ({ Component: (await import('./webhooks/WebhooksPage')).WebhooksPage }),
    },
    {
      path: 'webhooks/:webhook',
      lazy: async () => ({ Component: (await import('./webhooks/WebhookPage')).WebhookPage }),
    },
    {
      path: 'system',
      lazy: async () => ({ Component: (await import('./system/SystemPage')).SystemPage }),
    },
    {
      path: 'audit',
      lazy: async () => ({ Component: (await import('./system/AuditPage')).AuditPage }),
    },
    {
      path: 'people/import',
      lazy: async () => ({ Component: (await import('./people/ImportPage')).ImportPage }),
    },
    {
      path: 'rooms',
      lazy: async () => ({ Component: (await import('./rooms/RoomsPage')).RoomsPage }),
    },
    {
      path: 'rooms/import',
      lazy: async () => ({ Component: (await import('./rooms/ImportPage')).ImportPage }),
    },
    {
      path: 'rooms/:address',
      lazy: async () => ({ Component: (await import('./rooms/RoomPage')).RoomPage }),
    },
    {
      path: 'sign-in',
      lazy: async () => ({ Component: (await import('./sign-in/SignInSettingsPage')).SignInSettingsPage }),
    },
    {
      path: 'sign-in/:id',
      lazy: async () => ({ Component: (await import('./sign-in/ProviderPage')).ProviderPage }),
    },
    {
      path: 'doctor',
      lazy: async () => ({ Component: (await import('./doctor/DoctorPage')).DoctorPage }),
    },
  ],
};
