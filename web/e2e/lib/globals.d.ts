// What test pages carry on window.
interface Window {
  __conditions?: Record<string, (tracks: unknown[], argument: unknown) => boolean>;
  __mediaPort?: number;
  __repaired?: boolean;
  __twiceAtOnce?: boolean;
}
