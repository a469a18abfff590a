// The place where a page says what became of something: at its foot, over everything, and aloud for those who listen.
import classes from './Saying.module.css';

export function Saying({ sentence }: { sentence: string }) {
  return (
    <p className={classes.saying} role="status">
      {sentence}
    </p>
  );
}
