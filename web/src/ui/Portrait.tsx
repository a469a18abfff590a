// A person as a round of colour with two letters; decorative, since the name always stands beside it.
import { colourOf, initials } from './initials';

export function Portrait({ name, size }: { name: string; size: number }) {
  return (
    <span
      aria-hidden="true"
      style={{
        display: 'inline-grid',
        placeItems: 'center',
        flex: 'none',
        width: size,
        height: size,
        borderRadius: '50%',
        background: colourOf(name),
        color: '#fff',
        fontWeight: 650,
        fontSize: Math.max(11, Math.round(size * 0.36)),
        letterSpacing: '-0.01em',
        userSelect: 'none',
      }}
    >
      {initials(name)}
    </span>
  );
}
