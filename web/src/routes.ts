// Every page: its name, its address, and how its code is fetched.
import type { RouteObject } from 'react-router';

export const routes: RouteObject[] = [
  { id: 'home', path: '/', lazy: async () => ({ Component: (await import('./features/home')).HomePage }) },
  {
    id: 'room',
    path: '/:room',
    lazy: async () => ({ Component: (await import('./features/room')).RoomPage }),
  },
  {
    id: 'nowhere',
    path: '*',
    lazy: async () => ({ Component: (await import('./features/home')).NowherePage }),
  },
];
