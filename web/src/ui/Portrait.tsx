// A person as a round of colour with two letters; decorative, since the name always stands beside it.
import { colourOf, initials } from './initials';
import classes from './Portrait.module.css';

export function Portrait({ name, size }: { name: string; size: number }) {
  return (
    <span
      aria-hidden="true"
      className={classes.portrait}
      // The letters are drawn, not written: they are no part of the name of a button they stand on.
      data-initials={initials(name)}
      style={{
        width: size,
        height: size,
        background: colourOf(name),
        fontSize: Math.max(11, Math.round(size * 0.36)),
      }}
    />
  );
}
