//! The shades that pages need of one colour, light and dark, made so that text in them and on them can be read.
//!
//! Any colour is taken: what would be too light or too dark for text is moved in lightness alone (in Oklch, Björn
//! Ottosson 2020), until the contrast of WCAG 2.2 (§1.4.3: 4.5 to 1) holds on every ground a page has.

use crate::accent::Accent;

/// The contrast of text to what it stands on, at least.
const LEGIBLE: f64 = 4.5;

/// How far lightness is moved at a time; finer is not seen.
const STEP: f64 = 0.005;

/// The shades of both schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shades {
    /// For pages that are light.
    pub light: Scheme,
    /// For pages that are dark.
    pub dark: Scheme,
}

/// The shades of one scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Of links and buttons; text on every ground, and ground of text.
    pub colour: Accent,
    /// Of the same under a pointer.
    pub hover: Accent,
    /// A ground of its own, hardly coloured.
    pub tint: Accent,
    /// Of text on `colour` and `hover`.
    pub on: Accent,
}

/// A scheme of pages: its grounds (`tokens.css`), and where the shades of a colour lie in it.
struct Frame {
    grounds: [Accent; 3],
    /// Text of the colour is at least so light, or at most.
    begin: fn(f64) -> f64,
    /// Which way contrast grows.
    step: f64,
    hover: f64,
    tint: (f64, f64),
    on: (f64, f64),
}

const LIGHT: Frame = Frame {
    grounds: [
        Accent::of(0xf7, 0xf5, 0xf0),
        Accent::of(0xff, 0xff, 0xff),
        Accent::of(0xef, 0xeb, 0xe2),
    ],
    begin: |lightness| lightness.min(0.62),
    step: -STEP,
    hover: -0.07,
    tint: (0.945, 0.025),
    on: (1.0, 0.0),
};

const DARK: Frame = Frame {
    grounds: [
        Accent::of(0x0e, 0x15, 0x12),
        Accent::of(0x17, 0x20, 0x1c),
        Accent::of(0x0a, 0x10, 0x0d),
    ],
    begin: |lightness| lightness.clamp(0.74, 0.88),
    step: STEP,
    hover: 0.045,
    tint: (0.305, 0.045),
    on: (0.23, 0.04),
};

impl Shades {
    /// The shades of a colour.
    pub fn of(accent: Accent) -> Self {
        let colour = Oklch::of(accent);
        Self {
            light: LIGHT.shades(colour),
            dark: DARK.shades(colour),
        }
    }
}

impl Frame {
    fn shades(&self, colour: Oklch) -> Scheme {
        let hardly = |(lightness, chroma): (f64, f64)| Oklch {
            lightness,
            chroma: colour.chroma.min(chroma),
            ..colour
        };
        let (tint, on) = (hardly(self.tint).accent(), hardly(self.on).accent());
        let at = |lightness: f64| {
            let lightness = lightness.clamp(0.0, 1.0);
            Oklch { lightness, ..colour }.accent()
        };
        let mut lightness = (self.begin)(colour.lightness);
        loop {
            let scheme = Scheme {
                colour: at(lightness),
                hover: at(lightness + self.hover),
                tint,
                on,
            };
            // Black on light grounds and white on dark ones hold, so that this ends.
            let end = !(0.0..=1.0).contains(&lightness);
            if end || scheme.is_legible(&self.grounds) {
                return scheme;
            }
            lightness += self.step;
        }
    }
}

impl Scheme {
    /// Whether all text of it can be read on these grounds.
    fn is_legible(&self, grounds: &[Accent]) -> bool {
        let written = [self.colour, self.hover];
        let on_grounds = written.iter().all(|text| {
            grounds
                .iter()
                .chain([&self.tint])
                .all(|ground| contrast(*text, *ground) >= LEGIBLE)
        });
        on_grounds && written.iter().all(|ground| contrast(self.on, *ground) >= LEGIBLE)
    }
}

/// How much two colours differ in luminance (WCAG 2.2, "contrast ratio"): 1 to 21.
pub fn contrast(one: Accent, other: Accent) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Accent) -> f64 {
    let [red, green, blue] = linear(colour);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The parts of a colour as amounts of light (IEC 61966-2-1).
fn linear(colour: Accent) -> [f64; 3] {
    colour.parts().map(|part| {
        let part = f64::from(part) / 255.0;
        match part <= 0.04045 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        }
    })
}

/// A colour by lightness, chroma and hue as they are seen.
#[derive(Clone, Copy, Debug)]
struct Oklch {
    lightness: f64,
    chroma: f64,
    hue: f64,
}

impl Oklch {
    fn of(colour: Accent) -> Self {
        let [red, green, blue] = linear(colour);
        let long = (0.412_221_47 * red + 0.536_332_54 * green + 0.051_445_99 * blue).cbrt();
        let medium = (0.211_903_5 * red + 0.680_699_55 * green + 0.107_396_96 * blue).cbrt();
        let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
        let a = 1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short;
        let b = 0.025_904_04 * long + 0.782_771_77 * medium - 0.808_675_77 * short;
        Self {
            lightness: 0.210_454_26 * long + 0.793_617_8 * medium - 0.004_072_05 * short,
            chroma: a.hypot(b),
            hue: b.atan2(a),
        }
    }

    /// The amounts of light; outside of 0 to 1 where no screen can show it.
    fn light(self) -> [f64; 3] {
        let (b, a) = (self.chroma * self.hue.sin(), self.chroma * self.hue.cos());
        let long = (self.lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let medium = (self.lightness - 0.105_561_35 * a - 0.063_854_17 * b).powi(3);
        let short = (self.lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        [
            4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short,
            -1.268_438 * long + 2.609_757_4 * medium - 0.341_319_4 * short,
            -0.004_196_09 * long - 0.703_418_6 * medium + 1.707_614_7 * short,
        ]
    }

    /// As a screen shows it: as colourful as it can at this lightness and hue.
    fn accent(self) -> Accent {
        let shown = |chroma: f64| Self { chroma, ..self }.light();
        let fits = |chroma: f64| {
            let inside = |part: &f64| (-0.000_5..=1.000_5).contains(part);
            shown(chroma).iter().all(inside)
        };
        let (mut least, mut most) = (0.0, self.chroma);
        if fits(most) {
            least = most;
        }
        // Twenty halvings are finer than any screen.
        for _ in 0..20 {
            let middle = f64::midpoint(least, most);
            if fits(middle) {
                least = middle;
            } else {
                most = middle;
            }
        }
        let [red, green, blue] = shown(least).map(|part| {
            let part = part.clamp(0.0, 1.0);
            let part = match part <= 0.003_130_8 {
                true => part * 12.92,
                false => 1.055 * part.powf(1.0 / 2.4) - 0.055,
            };
            // Rounded and clamped: what is cut off is nothing.
            (part * 255.0).round().clamp(0.0, 255.0) as u8
        });
        Accent::of(red, green, blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Accent {
        Accent::parse(text).expect("a colour")
    }

    #[test]
    fn text_of_any_colour_can_be_read_everywhere() {
        let steps = (0..=255).step_by(15);
        for red in steps.clone() {
            for green in steps.clone() {
                for blue in steps.clone() {
                    let accent = Accent::of(red, green, blue);
                    let shades = Shades::of(accent);
                    assert!(shades.light.is_legible(&LIGHT.grounds), "{accent} {shades:?}");
                    assert!(shades.dark.is_legible(&DARK.grounds), "{accent} {shades:?}");
                }
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_already_stays_what_it_is() {
        for good in ["#1b6a4e", "#ad3125", "#245f9e", "#5b2a86"] {
            assert_eq!(Shades::of(colour(good)).light.colour, colour(good), "{good}");
        }
    }

    #[test]
    fn a_colour_that_is_moved_keeps_its_hue() {
        for accent in ["#ffd400", "#00e5ff", "#ff6fb5", "#101060"] {
            let hue = Oklch::of(colour(accent)).hue;
            let shades = Shades::of(colour(accent));
            for shade in [shades.light.colour, shades.dark.colour] {
                let turned = (Oklch::of(shade).hue - hue).abs();
                assert!(turned < 0.1, "{accent} became {shade}: {turned}");
            }
        }
    }

    #[test]
    fn contrast_is_what_the_guidelines_say() {
        assert!((contrast(colour("#000000"), colour("#ffffff")) - 21.0).abs() < 0.001);
        assert!((contrast(colour("#777777"), colour("#ffffff")) - 4.478).abs() < 0.001);
        assert!((contrast(colour("#ff0000"), colour("#ff0000")) - 1.0).abs() < 0.001);
    }
}
