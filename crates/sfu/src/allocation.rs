//! Who gets which layer of what, given what the way to one viewer carries.

use std::cmp::Reverse;

use crate::id::{Bitrate, SubscriptionId};
use crate::media::MediaKind;

/// What a picture may have in layers (`q`, `h`, `f`).
pub const LAYERS: usize = 3;

/// Something above what is sent already is begun only if it fits this share of the budget, in percent; what is
/// sent already may use all of it. The distance keeps a wavering estimate from switching layers to and fro.
const NEW_SPENDING_PERCENT: u64 = 87;

/// One viewer's claim with what its layers cost just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The claim.
    pub id: SubscriptionId,
    /// Sound or picture.
    pub kind: MediaKind,
    /// It is a screen.
    pub screen: bool,
    /// The viewer's own ranking, larger first.
    pub priority: u32,
    /// Pixels the viewer shows it at, larger first.
    pub area: u32,
    /// The highest useful layer.
    pub max_layer: u8,
    /// What each layer costs, lowest first; `None`: not sent by the publisher. Sound uses the first.
    pub layer_rates: [Option<Bitrate>; LAYERS],
    /// The layer sent now; `None`: nothing.
    pub current: Option<u8>,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// The claim.
    pub id: SubscriptionId,
    /// The layer to send; `None`: nothing (see `constrained` for whether that is a pause).
    pub layer: Option<u8>,
    /// More would be sent if the budget were larger.
    pub constrained: bool,
}

impl Allocation {
    /// Nothing is sent only because the budget is too small.
    pub fn paused(&self) -> bool {
        self.layer.is_none() && self.constrained
    }
}

/// Shares `budget` out; the answer has one entry per request, in their order.
///
/// Sound always passes. Then every picture gets its lowest layer, screens first, then by the viewer's priority,
/// then by size; then screens grow layer by layer, and cameras after them in rounds of one layer each. With
/// `allow_pause` a picture whose lowest layer does not fit is paused, otherwise it is sent all the same.
pub fn allocate(budget: Bitrate, requests: &[Request], allow_pause: bool) -> Vec<Allocation> {
    let mut budget = Budget {
        total: budget.0,
        used: 0,
    };
    let mut layers: Vec<Option<u8>> = vec![None; requests.len()];

    for (request, layer) in requests.iter().zip(&mut layers) {
        if request.kind == MediaKind::Audio {
            *layer = Some(0);
            budget.used += request.rate(0);
        }
    }

    let mut order: Vec<usize> = (0..requests.len())
        .filter(|&i| requests[i].ladder().next().is_some())
        .collect();
    order.sort_by_key(|&i| requests[i].rank());

    for &i in &order {
        let Some(lowest) = requests[i].ladder().next() else {
            continue;
        };
        if budget.take(&requests[i], None, lowest) {
            layers[i] = Some(lowest);
        } else if !allow_pause {
            layers[i] = Some(lowest);
            budget.used += requests[i].rate(lowest);
        }
    }

    let (screens, cameras) = order.split_at(order.partition_point(|&i| requests[i].screen));
    for class in [screens, cameras] {
        let mut grew = true;
        while std::mem::take(&mut grew) {
            for &i in class {
                let Some(from) = layers[i] else { continue };
                let next = requests[i].ladder().find(|&layer| layer > from);
                if let Some(next) = next.filter(|&next| budget.take(&requests[i], Some(from), next)) {
                    layers[i] = Some(next);
                    grew = true;
                }
            }
        }
    }

    let answer = |(request, layer): (&Request, Option<u8>)| Allocation {
        id: request.id,
        layer,
        constrained: request.kind == MediaKind::Video && layer != request.ladder().last(),
    };
    requests.iter().zip(layers).map(answer).collect()
}

/// What it would cost to grant every request its best: more than this need not be probed for.
pub fn wanted(requests: &[Request]) -> Bitrate {
    let best = |request: &Request| match request.kind {
        MediaKind::Audio => request.rate(0),
        MediaKind::Video => request
            .ladder()
            .map(|layer| request.rate(layer))
            .max()
            .unwrap_or(0),
    };
    Bitrate(requests.iter().map(best).sum())
}

impl Request {
    fn rate(&self, layer: u8) -> u64 {
        self.layer_rates
            .get(usize::from(layer))
            .copied()
            .flatten()
            .map_or(0, |rate| rate.0)
    }

    /// The layers it may be given, ascending: those available up to the highest useful one, or else the lowest
    /// available above it. Empty for sound.
    fn ladder(&self) -> impl DoubleEndedIterator<Item = u8> {
        let available = move |&layer: &u8| self.layer_rates[usize::from(layer)].is_some();
        let useful = (0..LAYERS as u8).filter(available);
        let floor = useful.clone().find(|&layer| layer > self.max_layer);
        let nothing_below = !useful.clone().any(|layer| layer <= self.max_layer);
        let top = if nothing_below {
            floor.unwrap_or(0)
        } else {
            self.max_layer
        };
        let picture = self.kind == MediaKind::Video;
        useful.filter(move |&layer| picture && layer <= top)
    }

    /// Smaller is served first; the id only settles ties, the same way every time.
    fn rank(&self) -> impl Ord + use<> {
        (
            Reverse(self.screen),
            Reverse(self.priority),
            Reverse(self.area),
            self.id,
        )
    }
}

/// What there is and what is spent; audio and unpausable pictures may spend more than there is.
struct Budget {
    total: u64,
    used: u64,
}

impl Budget {
    /// Spends the step from one layer to another if it fits.
    fn take(&mut self, request: &Request, from: Option<u8>, to: u8) -> bool {
        let freed = from.map_or(0, |layer| request.rate(layer));
        let used = self.used.saturating_sub(freed) + request.rate(to);
        let sent_already = request.current.is_some_and(|current| to <= current);
        let limit = if sent_already {
            self.total
        } else {
            self.total / 100 * NEW_SPENDING_PERCENT
        };
        let fits = used <= limit;
        if fits {
            self.used = used;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A camera in three layers of 150, 500 and 1 700 kbit/s, shown large.
    fn camera(id: u64) -> Request {
        Request {
            id: SubscriptionId(id),
            kind: MediaKind::Video,
            screen: false,
            priority: 0,
            area: 1280 * 720,
            max_layer: 2,
            layer_rates: [150, 500, 1700].map(|rate| Some(Bitrate::kilobits(rate))),
            current: None,
        }
    }

    fn thumbnail(id: u64) -> Request {
        Request {
            area: 320 * 180,
            max_layer: 0,
            ..camera(id)
        }
    }

    fn screen(id: u64) -> Request {
        Request {
            screen: true,
            layer_rates: [Some(Bitrate::kilobits(400)), Some(Bitrate::kilobits(1500)), None],
            ..camera(id)
        }
    }

    fn microphone(id: u64) -> Request {
        Request {
            kind: MediaKind::Audio,
            layer_rates: [Some(Bitrate::kilobits(32)), None, None],
            ..camera(id)
        }
    }

    fn sent(layer: u8, request: Request) -> Request {
        Request {
            current: Some(layer),
            ..request
        }
    }

    /// Layers by request, pausing allowed.
    fn layers(kilobits: u64, requests: &[Request]) -> Vec<Option<u8>> {
        let given = allocate(Bitrate::kilobits(kilobits), requests, true);
        assert!(
            given
                .iter()
                .zip(requests)
                .all(|(given, request)| given.id == request.id)
        );
        given.into_iter().map(|given| given.layer).collect()
    }

    #[test]
    fn a_viewer_with_300_kilobits_hears_everything_and_sees_something() {
        let room = [microphone(1), microphone(2), microphone(3), camera(4), camera(5)];
        assert_eq!(layers(300, &room), [Some(0), Some(0), Some(0), Some(0), None]);
    }

    #[test]
    fn a_viewer_with_nothing_still_hears_everybody() {
        assert_eq!(
            layers(0, &[microphone(1), microphone(2), camera(3)]),
            [Some(0), Some(0), None]
        );
    }

    #[test]
    fn a_viewer_with_plenty_gets_the_best_of_everything() {
        assert_eq!(
            layers(10_000, &[camera(1), thumbnail(2), screen(3)]),
            [Some(2), Some(0), Some(1)]
        );
    }

    #[test]
    fn layers_go_down_before_anything_pauses() {
        let room = [sent(2, camera(1)), sent(2, camera(2)), sent(2, camera(3))];
        assert_eq!(layers(450, &room), [Some(0), Some(0), Some(0)]);
        assert_eq!(layers(1_200, &room), [Some(1), Some(1), Some(0)]);
    }

    #[test]
    fn a_screen_reaches_its_best_before_cameras_rise_above_their_lowest() {
        let room = [camera(1), camera(2), screen(3)];
        assert_eq!(layers(2_100, &room), [Some(0), Some(0), Some(1)]);
        assert_eq!(layers(500, &room), [None, None, Some(0)], "and is the last to go");
    }

    #[test]
    fn the_viewers_own_ranking_comes_before_size() {
        let favourite = Request {
            priority: 5,
            ..camera(2)
        };
        let large = Request {
            area: 1920 * 1080,
            ..camera(1)
        };
        assert_eq!(layers(200, &[large, favourite]), [None, Some(0)]);
    }

    #[test]
    fn larger_pictures_are_served_first() {
        assert_eq!(
            layers(
                200,
                &[
                    Request {
                        max_layer: 2,
                        ..thumbnail(1)
                    },
                    camera(2)
                ]
            ),
            [None, Some(0)]
        );
    }

    #[test]
    fn equals_are_served_in_a_steady_order() {
        assert_eq!(layers(200, &[camera(2), camera(1)]), [None, Some(0)]);
        assert_eq!(layers(200, &[camera(1), camera(2)]), [Some(0), None]);
    }

    #[test]
    fn what_is_sent_may_use_the_whole_budget() {
        assert_eq!(layers(500, &[sent(1, camera(1))]), [Some(1)]);
        assert_eq!(layers(150, &[sent(0, camera(1))]), [Some(0)]);
    }

    #[test]
    fn what_is_new_must_leave_headroom() {
        assert_eq!(layers(560, &[sent(0, camera(1))]), [Some(0)]);
        assert_eq!(layers(580, &[sent(0, camera(1))]), [Some(1)]);
        assert_eq!(layers(160, &[camera(1)]), [None]);
        assert_eq!(layers(175, &[camera(1)]), [Some(0)]);
    }

    #[test]
    fn a_budget_that_wavers_by_a_tenth_switches_nothing() {
        let mut request = camera(1);
        let mut switches = 0;
        for round in 0..20 {
            let budget = if round % 2 == 0 { 600 } else { 540 };
            let layer = layers(budget, &[request])[0];
            switches += usize::from(layer != request.current);
            request.current = layer;
        }
        assert_eq!((request.current, switches), (Some(1), 1));
    }

    #[test]
    fn without_pausing_everybody_keeps_the_lowest_layer() {
        let room = [sent(2, camera(1)), camera(2), thumbnail(3)];
        let given = allocate(Bitrate::kilobits(100), &room, false);
        assert!(given.iter().all(|given| given.layer == Some(0)));
        assert_eq!(
            given.iter().map(|given| given.constrained).collect::<Vec<_>>(),
            [true, true, false]
        );
    }

    #[test]
    fn a_missing_layer_is_replaced_by_the_nearest_below() {
        let gap = Request {
            layer_rates: [camera(1).layer_rates[0], None, camera(1).layer_rates[2]],
            ..camera(1)
        };
        assert_eq!(layers(10_000, &[Request { max_layer: 1, ..gap }]), [Some(0)]);
        assert_eq!(layers(10_000, &[gap]), [Some(2)]);
    }

    #[test]
    fn a_picture_without_any_useful_layer_gets_the_lowest_above() {
        let only_high = Request {
            layer_rates: [None, camera(1).layer_rates[1], camera(1).layer_rates[2]],
            ..thumbnail(1)
        };
        assert_eq!(layers(10_000, &[only_high]), [Some(1)]);
    }

    #[test]
    fn a_picture_nobody_sends_is_not_paused_but_absent() {
        let dark = Request {
            layer_rates: [None; LAYERS],
            ..camera(1)
        };
        let given = allocate(Bitrate::kilobits(0), &[dark, camera(2)], true);
        assert_eq!((given[0].layer, given[0].paused()), (None, false));
        assert_eq!((given[1].layer, given[1].paused()), (None, true));
    }

    #[test]
    fn what_is_wanted_is_the_best_of_everything() {
        assert_eq!(
            wanted(&[camera(1), thumbnail(2), microphone(3)]),
            Bitrate::kilobits(1700 + 150 + 32)
        );
    }

    #[test]
    fn no_picture_spends_more_than_there_is() {
        for kilobits in (0..6_000).step_by(37) {
            let room = [
                camera(1),
                sent(2, camera(2)),
                sent(0, camera(3)),
                thumbnail(4),
                screen(5),
            ];
            let given = allocate(Bitrate::kilobits(kilobits), &room, true);
            let cost = |(given, request): (&Allocation, &Request)| {
                given.layer.map_or(0, |layer| request.rate(layer))
            };
            let spent: u64 = given.iter().zip(&room).map(cost).sum();
            assert!(spent <= kilobits * 1000, "{spent} of {kilobits} kbit/s");
        }
    }
}
