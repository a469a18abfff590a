// Every page: its name, its address, and how its code is fetched.
import type { RouteObject } from 'react-router';
import { settingsRoute } from './features/settings';
import { withSentences } from './i18n';
import { BrokenPage } from './ui/BrokenPage';

/** While a page's code is on its way there is nothing to say: it takes a moment, once. */
const HydrateFallback = () => null;

export const routes: RouteObject[] = [
  {
    HydrateFallback,
    ErrorBoundary: BrokenPage,
    children: [
      {
        id: 'home',
        path: '/',
        lazy: () => withSentences(async () => ({ Component: (await import('./features/home')).HomePage })),
      },
      {
        id: 'sign-in',
        path: '/sign-in',
        lazy: () =>
          withSentences(async () => ({ Component: (await import('./features/sign-in')).SignInPage })),
      },
      {
        id: 'welcome',
        path: '/welcome',
        lazy: () =>
          withSentences(async () => ({ Component: (await import('./features/welcome')).WelcomePage })),
      },
      {
        id: 'test',
        path: '/test',
        lazy: () => withSentences(async () => ({ Component: (await import('./features/test')).TestPage })),
      },
      settingsRoute,
      {
        id: 'room',
        path: '/:room',
        lazy: async () => ({ Component: (await import('./features/room')).RoomPage }),
      },
      {
        id: 'meetings',
        path: '/:room/meetings',
        lazy: () =>
          withSentences(async () => ({ Component: (await import('./features/meetings')).MeetingsPage })),
      },
      {
        id: 'meeting',
        path: '/:room/meetings/:meeting',
        lazy: () =>
          withSentences(async () => ({ Component: (await import('./features/meetings')).MeetingPage })),
      },
      {
        id: 'nowhere',
        path: '*',
        lazy: () => withSentences(async () => ({ Component: (await import('./features/home')).NowherePage })),
      },
    ],
  },
];
