"""What the desk calls things: languages, kinds, what happened to a case, flags, files and sending."""

from __future__ import annotations

LANGUAGES = {"en": "English", "km": "Khmer", "lo": "Lao", "my": "Burmese", "th": "Thai", "vi": "Vietnamese", "zh": "Chinese"}
KINDS = {
    "help_self": "Asks for help",
    "help_other": "Help for somebody",
    "tip": "Tip",
    "missing": "Missing person",
    "info": "Question",
    "other": "Other",
}
CHANNELS = {"sms": "SMS", "whatsapp": "WhatsApp", "telegram": "Telegram", "web": "Web form"}
COUNTRIES = {"KH": "Cambodia", "CN": "China", "LA": "Lao PDR", "MM": "Myanmar", "TH": "Thailand", "VN": "Viet Nam"}
VERBS = {
    "invited": "Invited somebody",
    "invitation_taken_back": "Took an invitation back",
    "joined": "Made their account by an invitation",
    "let_in": "Let in to the cases",
    "withdrawn": "Withdrew",
    "key_renewed": "The desk has a new key",
    "key_kept": "The desk's key could not be renewed",
    "received": "Report received",
    "triaged": "Triaged",
    "routed": "Came to this desk",
    "raised": "Urgency raised",
    "lowered": "Urgency lowered",
    "claimed": "Taken in hand",
    "released": "Put back",
    "replied": "Answered",
    "noted": "Note written",
    "transferred": "Handed over",
    "reminded": "Half of the time is over: the desk was reminded",
    "passed_on": "Nobody took it in hand: passed on",
    "taken_back": "Taken back",
    "nobody_left": "Nobody took it in hand and no desk is left",
    "still_unread": "New words unread for too long",
    "alarmed": "Alarm sent out",
    "linked": "May be the same event as another case",
    "link_confirmed": "Confirmed: the same event",
    "link_rejected": "Not the same event",
    "set_apart": "Set apart",
    "put_back": "Put back on the desk",
    "referral_asked": "Asked to tell",
    "referral_sent": "Told",
    "referral_noted": "The person said: do not contact",
    "referral_declined": "Not told",
    "referral_recalled": "Recalled",
    "referral_answered": "The recipient answered",
    "sight_ended": "No longer seen by",
    "implicated": "Said to take part, in the person's own words",
    "corrected": "Set right",
    "facts_noted": "Noted what was learnt",
    "closed": "Closed",
    "reopened": "Opened again",
    "read": "Read",
    "sent": "Answer sent",
    "not_sent": "Answer could not be sent",
    "not_delivered": "Answer was sent and did not arrive",
    "withheld": "Answer held back",
    "file_opened": "Original of a file downloaded",
    "file_played": "Sound played",
    "wished": "The person's wish noted",
    "hushed": "Nothing is answered on their phone any more, until they ask",
    "asked_again": "The person asked by a key or their code, and is answered on their phone again",
    "set_aside": "A message could not be read by the machine: please read it",
    "consent_recorded": "The person's choice of who may be told was noted",
    "contact_forgotten": "The person deleted their contact",
    "sharing_withdrawn": "The person withdrew consent: recall what was passed on",
}
# Flags that messages carry. Those of BARE hold while nothing else was said; the rest stay.
BARE = {
    "only_help": "only asked for help, nothing more is known yet",
    "only_greeting": "nothing told yet, only a sign of life",
    "only_sent": "no word yet, only what was sent: hear or look at it",
}
FLAGS = {
    "misuse_check": "check first that no search is misused: look who asks for whom",
    "other_hands": "somebody else had this phone and asked who writes",
}
SOUNDS = ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac")  # what browsers play
KINDS_OF_FILE = {
    "image/jpeg": "Picture",
    "image/png": "Picture",
    "image/webp": "Picture",
    "image/heic": "Picture (HEIC)",
    "audio/ogg": "Sound",
    "audio/mpeg": "Sound",
    "audio/mp4": "Sound",
    "audio/aac": "Sound",
    "audio/amr": "Sound (AMR)",
    "video/mp4": "Film",
    "video/3gpp": "Film or sound (3GP)",
    "application/pdf": "PDF",
}
SENDING = {
    "queued": "waits to be sent",
    "sending": "is being sent",
    "sent": "sent",
    "failed": "not sent",
    "unknown": "being looked up at the provider",
    "withheld": "held back",
}
