// What test pages carry on window, and a package that says nothing of its types.
interface Window {
  __conditions?: Record<string, (tracks: unknown[], argument: unknown) => boolean>;
  __mediaPort?: number;
  __repaired?: boolean;
  __twiceAtOnce?: boolean;
}

declare module 'oidc-provider';
