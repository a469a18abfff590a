// What test pages carry on window.
interface Window {
  __conditions: Record<string, (tracks: unknown[], argument: unknown) => boolean>;
  __fail: (kind: string) => void;
}
