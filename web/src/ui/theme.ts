// Mantine's theme built from the tokens, so that its components arrive looking like Palabre.
import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

/** Mantine wants ten shades; screens never use them, only the tokens below do the talking. */
const leaf: MantineColorsTuple = [
  '#e2f0e9',
  '#c3e0d2',
  '#9ccfb6',
  '#6fd3a8',
  '#4bb488',
  '#2f8f69',
  '#1b6a4e',
  '#14533d',
  '#0f4030',
  '#06231a',
];
const clay: MantineColorsTuple = [
  '#fbe8e5',
  '#f5cfc9',
  '#f7a399',
  '#f2897c',
  '#dc6557',
  '#c64537',
  '#ad3125',
  '#8f251b',
  '#6d1c14',
  '#2b0905',
];

/** Mantine's neutral shades, from ground to ink, so that nothing arrives in a foreign grey. */
const gray: MantineColorsTuple = [
  '#f7f5f0',
  '#efebe2',
  '#e6e1d6',
  '#e0dace',
  '#c9c5ba',
  '#a9aaa0',
  '#8b8f86',
  '#68726c',
  '#4d5852',
  '#18211d',
];
const dark: MantineColorsTuple = [
  '#eef3f0',
  '#b4c0b9',
  '#95a29b',
  '#77847d',
  '#2c3832',
  '#222c27',
  '#17201c',
  '#0e1512',
  '#0a100d',
  '#070b09',
];

const variantColorResolver: VariantColorsResolver = (input) => {
  const colour = input.color === 'clay' || input.color === 'red' ? 'clay' : 'leaf';
  switch (input.variant) {
    case 'filled':
      return {
        background: `var(--${colour})`,
        hover: `var(--${colour}-hover)`,
        color: `var(--on-${colour})`,
        border: '1px solid transparent',
      };
    case 'light':
      return {
        background: `var(--${colour}-tint)`,
        hover: `var(--${colour}-tint)`,
        color: `var(--${colour})`,
        border: '1px solid transparent',
      };
    case 'outline':
    case 'default':
      return {
        background: 'var(--surface)',
        hover: 'var(--sunk)',
        color: input.color === 'clay' ? 'var(--clay)' : 'var(--ink)',
        border: '1px solid var(--line-strong)',
      };
    case 'subtle':
    case 'transparent':
      return {
        background: 'transparent',
        hover: 'var(--sunk)',
        color: input.color === 'clay' ? 'var(--clay)' : 'var(--ink-2)',
        border: '1px solid transparent',
      };
    default:
      return defaultVariantColorsResolver(input);
  }
};

const onSurface = { backgroundColor: 'var(--surface)' };
const aside = { fontSize: '0.8125rem', color: 'var(--ink-2)' };
const titled = { fontFamily: 'var(--font-title)', fontSize: '1.1875rem', fontWeight: 650 };

export const theme = createTheme({
  primaryColor: 'leaf',
  colors: { leaf, clay, gray, dark },
  primaryShade: { light: 6, dark: 3 },
  variantColorResolver,
  autoContrast: false,
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontFamily: 'var(--font-text)',
  headings: {
    fontFamily: 'var(--font-title)',
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '2.5rem', lineHeight: '1.15' },
      h2: { fontSize: '1.25rem', lineHeight: '1.3' },
      h3: { fontSize: '1.0625rem', lineHeight: '1.35' },
    },
  },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.9375rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.467', lg: '1.5', xl: '1.4' },
  radius: { xs: '6px', sm: '8px', md: '10px', lg: '16px', xl: '24px' },
  defaultRadius: 'md',
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  shadows: { xs: 'var(--shadow-1)', sm: 'var(--shadow-1)', md: 'var(--shadow-2)', lg: 'var(--shadow-2)' },
  components: {
    Button: { defaultProps: { h: 40, fz: 'md', fw: 600 } },
    Input: {
      styles: {
        wrapper: {
          '--input-bg': 'var(--surface)',
          '--input-bd': 'var(--line-strong)',
          '--input-bd-focus': 'var(--focus)',
        },
      },
    },
    InputWrapper: {
      styles: { label: { marginBottom: 4 }, description: { marginBottom: 6, color: 'var(--ink-2)' } },
    },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
    NumberInput: { defaultProps: { size: 'md' } },
    NativeSelect: { defaultProps: { size: 'md' } },
    Checkbox: { defaultProps: { size: 'md' } },
    Radio: { defaultProps: { size: 'md' }, styles: { description: aside } },
    Switch: { defaultProps: { size: 'md' }, styles: { description: aside } },
    Menu: {
      defaultProps: {
        shadow: 'md',
        radius: 'md',
        transitionProps: { duration: 140 },
        // Its first item takes the focus: an empty place before it is nothing that a menu may hold.
        withInitialFocusPlaceholder: false,
      },
    },
    Modal: {
      defaultProps: { radius: 'lg', centered: true, transitionProps: { duration: 140 } },
      styles: { content: onSurface, header: onSurface, title: titled },
    },
    Drawer: {
      defaultProps: { transitionProps: { duration: 160 } },
      styles: { content: onSurface, header: onSurface, title: titled },
    },
    Alert: { defaultProps: { radius: 'md' } },
  },
});

/** Mantine's own names for surfaces and text, pointed at the tokens in both schemes. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--ground)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-bright': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-2)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-anchor': 'var(--leaf)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunk)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-disabled': 'var(--sunk)',
    '--mantine-color-disabled-color': 'var(--ink-3)',
    '--mantine-color-error': 'var(--clay)',
    '--mantine-color-leaf-filled': 'var(--leaf)',
    '--mantine-primary-color-filled': 'var(--leaf)',
    '--mantine-primary-color-filled-hover': 'var(--leaf-hover)',
    '--mantine-primary-color-light': 'var(--leaf-tint)',
    '--mantine-primary-color-light-color': 'var(--leaf)',
    '--mantine-primary-color-contrast': 'var(--on-leaf)',
  };
  return { variables: {}, light: shared, dark: shared };
};
