//! Where output goes.

use crate::{
    judge::Run,
    model::{Effect, Verdict},
    path::{Area, area, guards_access},
};

impl Run<'_> {
    /// Judges a write to a file by a redirection or an option. `whole`: what was there is lost.
    pub(crate) fn written(&mut self, command: &str, target: &str, whole: bool) {
        let shown = target.replace([crate::word::OUTSIDE, crate::word::COMPUTED], "…");
        if target.starts_with("/dev/tcp/") || target.starts_with("/dev/udp/") {
            self.effect(Effect::Network, command, Some(shown.clone()));
            self.note(Verdict::Deny, || format!("opens a raw connection through {shown}"));
            return;
        }
        let found = area(target, self.place, self.moved);
        if found == Area::Nowhere {
            return;
        }
        let effect = if whole && found.precious() { Effect::Destroy } else { Effect::Write };
        self.effect(effect, command, Some(shown.clone()));
        match found {
            Area::Device => {
                self.note(Verdict::Deny, || format!("writes straight to a device ({shown})"));
            }
            Area::Vital if whole => {
                self.note(Verdict::Deny, || format!("overwrites a file the system needs ({shown})"));
            }
            _ if guards_access(target) => {
                let verdict = if whole { Verdict::Deny } else { Verdict::Ask };
                self.note(verdict, || format!("changes a file that decides who may do what ({shown})"));
            }
            _ if found.harmless() => {}
            _ => self.note(Verdict::Ask, || format!("writes {shown}")),
        }
    }

    /// Judges a read by a redirection.
    pub(crate) fn fed(&mut self, command: &str, target: &str) {
        let shown = target.replace([crate::word::OUTSIDE, crate::word::COMPUTED], "…");
        if target.starts_with("/dev/tcp/") || target.starts_with("/dev/udp/") {
            self.effect(Effect::Network, command, Some(shown.clone()));
            self.note(Verdict::Deny, || format!("opens a raw connection through {shown}"));
            return;
        }
        self.effect(Effect::Read, command, Some(shown));
    }
}
