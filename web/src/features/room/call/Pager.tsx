// Turns the pages of tiles. At either end a button stays where it is and keeps the focus, but does nothing.
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/Icon';
import classes from './Stage.module.css';

interface PagerProps {
  page: number;
  pages: number;
  onPage: (page: number) => void;
}

export function Pager({ page, pages, onPage }: PagerProps) {
  const { t } = useTranslation();
  return (
    <nav className={classes.pager} aria-label={t('call:pages')}>
      <button
        type="button"
        className={classes.turn}
        aria-disabled={page === 0}
        onClick={() => page > 0 && onPage(page - 1)}
        aria-label={t('call:previous_page')}
      >
        <Icon of={IconChevronLeft} />
      </button>
      <span className={`${classes.count} tabular`} aria-live="polite">
        {t('call:page_of', { page: page + 1, pages })}
      </span>
      <button
        type="button"
        className={classes.turn}
        aria-disabled={page === pages - 1}
        onClick={() => page < pages - 1 && onPage(page + 1)}
        aria-label={t('call:next_page')}
      >
        <Icon of={IconChevronRight} />
      </button>
    </nav>
  );
}
