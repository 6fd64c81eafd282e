/** One entry of somebody's calendar. */
export interface CalendarEvent {
  readonly start: string;
  readonly end: string;
  readonly title: string;
  readonly place: string;
}

/** Everybody's calendar for today, by the subject of the access token. */
export const eventsByUser: Readonly<Record<string, readonly CalendarEvent[]>> = {
  alice: [
    { start: "09:00", end: "09:15", title: "Stand-up with the data team", place: "online" },
    { start: "11:00", end: "12:00", title: "Interview: Priya N.", place: "Room Lovelace" },
    { start: "15:30", end: "16:00", title: "Dentist", place: "Mill Street 4" },
  ],
  bob: [
    { start: "08:30", end: "09:30", title: "Supplier call", place: "online" },
    { start: "13:00", end: "14:00", title: "Lunch with Carla", place: "Caffè Nero" },
  ],
};

/** What belongs to nobody in particular, and is read by the application itself. */
export const meetingRooms: readonly { readonly name: string; readonly freeUntil: string }[] = [
  { name: "Lovelace", freeUntil: "11:00" },
  { name: "Hopper", freeUntil: "16:00" },
];
