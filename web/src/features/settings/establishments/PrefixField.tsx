// How the addresses of an establishment's rooms begin: says what comes of what is typed.
import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { addressFrom } from '../../../api/address';

interface PrefixFieldProps {
  value: string;
  onChange: (text: string) => void;
}

export function PrefixField({ value, onChange }: PrefixFieldProps) {
  const { t } = useTranslation();
  const prefix = addressFrom(value);
  return (
    <TextInput
      label={t('establishments:prefix')}
      description={
        prefix
          ? t('establishments:prefix_example', { address: `${location.host}/${prefix}-accueil` })
          : t('establishments:prefix_about')
      }
      error={value.trim() !== '' && prefix === null && t('rooms:address_unusable')}
      value={value}
      maxLength={40}
      autoComplete="off"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** The prefix that is meant: null for none, undefined for what cannot be one. */
export function prefixFrom(text: string): string | null | undefined {
  return text.trim() === '' ? null : (addressFrom(text) ?? undefined);
}
