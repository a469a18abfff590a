// The address of a room as one chooses it: says at once whether it could be had, and proposes others when not.
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { addressFrom } from '../../api/address';
import { ApiError } from '../../api/ApiError';
import { useAddressCheck } from '../../api/rooms';
import { useErrorSentence } from '../../api/useErrorSentence';
import { Icon } from '../../ui/Icon';
import classes from './AddressField.module.css';
import { spokenLinkOf } from './link';

/** What is typed is looked up once its writer pauses so long, in milliseconds. */
const pause = 250;

export interface AddressState {
  /** The address that is meant, once what is typed means one. */
  address: string | null;
  /** It is known to be one that could be had. */
  free: boolean;
}

interface AddressFieldProps {
  label: string;
  /** What is typed. */
  value: string;
  onChange: (text: string) => void;
  /** The establishment of a new room. */
  establishment?: string;
  /** The room that is to be renamed. */
  room?: string;
  /** Tells what is known of it, again at each change. */
  onState: (state: AddressState) => void;
}

export function AddressField({ label, value, onChange, establishment, room, onState }: AddressFieldProps) {
  const { t } = useTranslation();
  const sentence = useErrorSentence();
  const hint = useId();
  const meant = addressFrom(value);
  const [address] = useDebouncedValue(meant, pause);
  const check = useAddressCheck(address, { establishment, room });
  const known = check.data && address === meant && !check.isPlaceholderData ? check.data : null;
  const free = known?.free ?? false;
  useEffect(() => onState({ address: meant, free }), [meant, free, onState]);
  const refusal =
    known && !known.free && known.code ? new ApiError(known.code, 409, detailsOf(known.details)) : null;
  return (
    <div>
      <TextInput
        label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        maxLength={300}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        autoComplete="off"
        attributes={{ input: { 'aria-invalid': refusal !== null, 'aria-describedby': hint } }}
      />
      <div id={hint} className={classes.hint} role="status">
        {meant === null ? (
          <p>{value.trim() === '' ? t('rooms:address_hint') : t('rooms:address_unusable')}</p>
        ) : refusal ? (
          <p className={classes.wrong}>{sentence(refusal)}</p>
        ) : (
          <p className={classes.link}>
            {free && (
              <>
                <Icon of={IconCircleCheck} size={16} />
                <span className="visually-hidden">{t('rooms:address_free')}</span>
              </>
            )}
            {spokenLinkOf(meant)}
          </p>
        )}
      </div>
      {refusal && alternativesIn(refusal).length > 0 && (
        <div className={classes.others}>
          <span>{t('rooms:alternatives')}</span>
          {alternativesIn(refusal).map((other) => (
            <button key={other} type="button" className={classes.other} onClick={() => onChange(other)}>
              {other}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function detailsOf(details: unknown): Record<string, unknown> {
  return typeof details === 'object' && details !== null ? { ...details } : {};
}

/** Free addresses that the server proposes instead. */
function alternativesIn(refusal: ApiError): string[] {
  const { alternatives } = refusal.details;
  return Array.isArray(alternatives) ? alternatives.filter((one) => typeof one === 'string') : [];
}
