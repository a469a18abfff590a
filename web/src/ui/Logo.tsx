// The mark: a tree whose crown is a speech bubble, drawn in the current leaf green.
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <path
        fill="var(--leaf)"
        d="M16 2.5c7 0 12.3 4.3 12.3 9.9 0 5-4.3 9.1-10.2 9.8.1 2.3.9 4.2 2.7 6.3.5.6.1 1-.5 1h-8.6c-.6 0-1-.4-.5-1 1.8-2.1 2.6-4 2.7-6.3C8 21.5 3.7 17.4 3.7 12.4 3.7 6.8 9 2.5 16 2.5Z"
      />
      <g fill="var(--on-leaf)">
        <circle cx="10.8" cy="12.4" r="1.7" />
        <circle cx="16" cy="12.4" r="1.7" />
        <circle cx="21.2" cy="12.4" r="1.7" />
      </g>
    </svg>
  );
}
