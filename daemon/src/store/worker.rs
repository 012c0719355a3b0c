//! The store's thread: commits and reads come in by mail, answers go out by mail, no loop ever waits for a disk.
//!
//! Orders are carried out one after the other, so that a read sees every commit that was handed over before it. All
//! commits that wait when the thread is free go in as one transaction (a group commit), as far as
//! `COMMIT_BYTES_MAX` allows. After an I/O error the store is opened anew and the commit repeated once with the
//! same stamp; then the askers are told, and ask again when they see fit. When nothing has come for a while the
//! store sees to its upkeep, once until the next commit.
//!
//! Where others see the store, the thread renews the lease of its space between commits, and takes note of how the
//! others' do. What else is to be done with the store (reading another's space, taking records over) is handed to the
//! thread as an errand; one that has to wait for something, or takes long, comes again and lets others go before it.

use super::expiry::Sweep;
use super::lease::{BEAT_MS, LeaseState, Sightings};
use super::{Stamp, Store, StoreFault, Write, limits};
use abide_core::base::ids::Ticket;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError, TrySendError, channel, sync_channel,
};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Keys and what the store has of each: nothing where it has none, or damaged bytes.
pub type Records = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// The answer to one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// To a commit.
    Commit(Ticket, Result<(), StoreFault>),
    /// To a read.
    Read(Ticket, Result<Records, StoreFault>),
}

/// Something done on the store's thread. It sends its result itself, at the latest when [`Hands::last`] is said.
pub type Errand = Box<dyn FnMut(&mut Hands<'_>) -> Then + Send>;

/// What becomes of an errand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It is done.
    Done,
    /// It is carried out once more, after so long and what else was asked for by then.
    Again(Duration),
}

/// What an errand has to do with.
pub struct Hands<'a> {
    /// The store.
    pub store: &'a mut dyn Store,
    /// The leases of others, as this thread has seen them.
    pub seen: &'a mut Sightings,
    /// The worker ends: it is not carried out again.
    pub last: bool,
    stamp: &'a mut Stamp,
    listen_until: &'a mut Option<Instant>,
}

impl Hands<'_> {
    /// Somebody wants to know who lives: the others' leases are read at each beat for a while.
    pub fn listen(&mut self) {
        *self.listen_until = Some(Instant::now() + Duration::from_millis(limits::LISTEN_MS));
    }

    /// The epoch of our claim.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.stamp.epoch
    }

    /// Commits to our own space.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub fn commit(&mut self, writes: &[Write]) -> Result<(), StoreFault> {
        commit(self.store, self.stamp, writes)
    }
}

enum Order {
    Commit(Ticket, Vec<Write>),
    Read(Ticket, Vec<Vec<u8>>),
    Errand(Errand),
    Mark(LeaseState),
    Stop(LeaseState),
}

/// A store that works apart from the loop: on a thread of its own, or by hand in a simulation.
pub struct Worker {
    orders: SyncSender<Order>,
    answers: Receiver<Done>,
    ended: Receiver<()>,
    /// Days after which lost machines' sessions expire.
    expire_days: Arc<AtomicU32>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread. `wake` is called on it after every answer.
    ///
    /// # Errors
    /// When the store can't be claimed or the thread not started.
    pub fn start(store: Box<dyn Store>, wake: impl Fn() + Send + 'static) -> Result<Worker, StoreFault> {
        Worker::start_idle_after(limits::IDLE_BEFORE_UPKEEP, store, wake)
    }

    /// The same, with another time without commits before the store's upkeep.
    ///
    /// # Errors
    /// As [`Worker::start`].
    pub fn start_idle_after(
        idle: Duration,
        store: Box<dyn Store>,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Worker, StoreFault> {
        let (worker, mut bench) = Worker::by_hand(store, wake)?;
        bench.idle = idle;
        bench.upkeep_at = Some(Instant::now() + idle);
        let thread = std::thread::Builder::new()
            .name("store".into())
            .spawn(move || while bench.work(true) {})
            .map_err(|e| StoreFault::Io(format!("start the store's thread: {e}")))?;
        Ok(Worker { thread: Some(thread), ..worker })
    }

    /// Without a thread: whoever has the bench says when it works.
    ///
    /// # Errors
    /// When the store can't be claimed.
    pub fn by_hand(
        mut store: Box<dyn Store>,
        wake: impl Fn() + Send + 'static,
    ) -> Result<(Worker, Bench), StoreFault> {
        let stamp = store.claim()?;
        let (orders, inbox) = sync_channel(limits::QUEUE_COMMITS_MAX);
        let (outbox, answers) = channel();
        let (end, ended) = channel();
        let now = Instant::now();
        let idle = limits::IDLE_BEFORE_UPKEEP;
        let expire_days = Arc::new(AtomicU32::new(0));
        let bench = Bench {
            store,
            stamp,
            state: LeaseState::Live,
            seen: Sightings::default(),
            listen_until: None,
            errands: Vec::new(),
            beat_at: now,
            sweep: Sweep::new(Arc::clone(&expire_days)),
            idle,
            upkeep_at: Some(now + idle),
            inbox,
            held: None,
            outbox,
            wake: Box::new(wake),
            _end: end,
        };
        Ok((Worker { orders, answers, ended, expire_days, thread: None }, bench))
    }

    /// Has the sessions of machines that are lost for so many days removed from a store that others see; 0: never.
    pub fn expire_after(&self, days: u32) {
        self.expire_days.store(days, Ordering::Relaxed);
    }

    /// Hands over a commit; its answer comes by [`Worker::answers`].
    ///
    /// # Errors
    /// At once when the queue is full or the thread is gone: nothing will be written.
    pub fn submit(&self, ticket: Ticket, writes: Vec<Write>) -> Result<(), StoreFault> {
        self.order(Order::Commit(ticket, writes))
    }

    /// Asks for the values of at most [`limits::READ_KEYS_MAX`] keys; more are left out. The answer comes by
    /// [`Worker::answers`].
    ///
    /// # Errors
    /// At once when the queue is full or the thread is gone.
    pub fn read(&self, ticket: Ticket, mut keys: Vec<Vec<u8>>) -> Result<(), StoreFault> {
        keys.truncate(limits::READ_KEYS_MAX);
        self.order(Order::Read(ticket, keys))
    }

    /// Hands over an errand: it comes after the commits before it. `wake` is called when it is done.
    ///
    /// # Errors
    /// As [`Worker::submit`].
    pub fn run(&self, errand: Errand) -> Result<(), StoreFault> {
        self.order(Order::Errand(errand))
    }

    /// Says what becomes of our space, to whoever else reads the store, from now on.
    ///
    /// # Errors
    /// As [`Worker::submit`].
    pub fn mark(&self, state: LeaseState) -> Result<(), StoreFault> {
        self.order(Order::Mark(state))
    }

    fn order(&self, order: Order) -> Result<(), StoreFault> {
        self.orders.try_send(order).map_err(|e| match e {
            TrySendError::Full(_) => StoreFault::Io("the store is too slow: its queue is full".into()),
            TrySendError::Disconnected(_) => StoreFault::Io("the store's thread has ended".into()),
        })
    }

    /// Answers that have come in.
    pub fn answers(&self) -> impl Iterator<Item = Done> + '_ {
        self.answers.try_iter()
    }

    /// Lets the thread do what waits and end; false when it did not within the time. `leave` says what becomes of
    /// the space: `Free` when its programs end with us, `Live` when another daemon goes on.
    pub fn stop(mut self, within: Duration, leave: LeaseState) -> bool {
        let deadline = Instant::now() + within;
        let mut order = Order::Stop(leave);
        while let Err(TrySendError::Full(back)) = self.orders.try_send(order) {
            if Instant::now() >= deadline {
                return false;
            }
            order = back;
            std::thread::sleep(Duration::from_millis(1));
        }
        let ended = self.ended.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        if ended == Err(RecvTimeoutError::Timeout) {
            return false;
        }
        self.thread.take().is_none_or(|thread| thread.join().is_ok())
    }
}

/// What the thread does next.
enum Next {
    Commit(Vec<Ticket>, Vec<Write>),
    Read(Ticket, Vec<Vec<u8>>),
    Errand(Errand),
    Mark(LeaseState),
    Stop(LeaseState),
    /// The time is up.
    Nothing,
}

/// Waits for an order, then takes along what else waits and fits. `held` is an order that did not fit.
fn gather(inbox: &Receiver<Order>, held: &mut Option<Order>, within: Option<Duration>) -> Next {
    let first = match (held.take(), within) {
        (Some(order), _) => order,
        (None, None) => inbox.recv().unwrap_or(Order::Stop(LeaseState::Live)),
        (None, Some(within)) => match inbox.recv_timeout(within) {
            Ok(order) => order,
            Err(RecvTimeoutError::Timeout) => return Next::Nothing,
            Err(RecvTimeoutError::Disconnected) => Order::Stop(LeaseState::Live),
        },
    };
    let (ticket, mut writes) = match first {
        Order::Commit(ticket, writes) => (ticket, writes),
        Order::Read(ticket, keys) => return Next::Read(ticket, keys),
        Order::Errand(errand) => return Next::Errand(errand),
        Order::Mark(state) => return Next::Mark(state),
        Order::Stop(state) => return Next::Stop(state),
    };
    let mut tickets = vec![ticket];
    let mut bytes = weight(&writes);
    loop {
        match inbox.try_recv() {
            Ok(Order::Commit(ticket, more)) if bytes + weight(&more) <= limits::COMMIT_BYTES_MAX => {
                bytes += weight(&more);
                tickets.push(ticket);
                writes.extend(more);
            }
            Ok(order) => {
                *held = Some(order);
                break;
            }
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
        }
    }
    Next::Commit(tickets, writes)
}

/// One commit, repeated once with the store opened anew.
fn commit(store: &mut dyn Store, last: &mut Stamp, writes: &[Write]) -> Result<(), StoreFault> {
    let stamp = Stamp { seq: last.seq + 1, ..*last };
    let mut result = store.commit(stamp, writes);
    // Unknown whether it is in, whatever becomes of the second try.
    let unsure = matches!(result, Err(StoreFault::Io(_)));
    if unsure && store.reopen().is_ok() {
        result = store.commit(stamp, writes);
    }
    if result.is_ok() || unsure {
        // The number is used up: other writes under it would be taken for these, and a later one is right either way.
        *last = stamp;
    }
    result
}

fn weight(writes: &[Write]) -> usize {
    writes.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, Vec::len)).sum()
}

/// Where commits are done.
pub struct Bench {
    store: Box<dyn Store>,
    stamp: Stamp,
    /// What our lease says.
    state: LeaseState,
    /// The others' leases.
    seen: Sightings,
    /// Until when they are read at each beat.
    listen_until: Option<Instant>,
    /// Errands that come again, and when.
    errands: Vec<(Instant, Errand)>,
    beat_at: Instant,
    sweep: Sweep,
    /// Time without commits before upkeep.
    idle: Duration,
    /// When upkeep is due; `None`: it was done since the last commit.
    upkeep_at: Option<Instant>,
    inbox: Receiver<Order>,
    held: Option<Order>,
    outbox: Sender<Done>,
    wake: Box<dyn Fn() + Send>,
    /// Its end is the bench's, and told once the store is closed: fields are dropped in this order.
    _end: Sender<()>,
}

impl Bench {
    /// Does what is next, the commits that wait as one, and answers it. Without waiting: false when there is nothing.
    /// Else false is the end: the loop is gone, or has had enough.
    pub fn work(&mut self, wait: bool) -> bool {
        let within = if wait { self.until_next() } else { Some(Duration::ZERO) };
        // What becomes due from here on lets those go first who asked for something.
        let mut began = Instant::now();
        match gather(&self.inbox, &mut self.held, within) {
            Next::Commit(tickets, writes) => {
                let result = self.commit(&writes);
                for ticket in tickets {
                    // The loop is gone when nobody listens: then nobody waits for the answer either.
                    let _ = self.outbox.send(Done::Commit(ticket, result.clone()));
                }
                (self.wake)();
            }
            Next::Read(ticket, keys) => {
                let _ = self.outbox.send(Done::Read(ticket, self.read(keys)));
                (self.wake)();
            }
            Next::Errand(errand) => self.run(errand, false),
            Next::Mark(state) => {
                self.state = state;
                self.beat_at = Instant::now();
            }
            Next::Nothing => {
                began = Instant::now();
                if !wait && self.due_errand(began).is_none() {
                    return false;
                }
                self.upkeep();
            }
            Next::Stop(state) => {
                for (_, errand) in std::mem::take(&mut self.errands) {
                    self.run(errand, true);
                }
                self.end(state);
                return false;
            }
        }
        if let Some(n) = self.due_errand(began) {
            let (_, errand) = self.errands.swap_remove(n);
            self.run(errand, false);
        }
        self.beat();
        self.sweep.turn(&mut *self.store, &mut self.seen, crate::facts::now());
        true
    }

    /// The errand whose time has come for the longest.
    fn due_errand(&self, now: Instant) -> Option<usize> {
        let due = self.errands.iter().enumerate().filter(|(_, (at, _))| *at <= now);
        due.min_by_key(|(_, (at, _))| *at).map(|(n, _)| n)
    }

    fn run(&mut self, mut errand: Errand, last: bool) {
        let Bench { store, seen, stamp, listen_until, .. } = self;
        let before = stamp.seq;
        let then = errand(&mut Hands { store: &mut **store, seen, last, stamp, listen_until });
        if self.stamp.seq != before {
            self.upkeep_at = Some(Instant::now() + self.idle);
        }
        match then {
            Then::Again(after) if !last => self.errands.push((Instant::now() + after, errand)),
            _ => (self.wake)(),
        }
    }

    /// How long nothing need be done if no order comes.
    fn until_next(&self) -> Option<Duration> {
        let upkeep = self.upkeep_at.map(|at| at.saturating_duration_since(Instant::now()));
        let errand = self.errands.iter().map(|(at, _)| at.saturating_duration_since(Instant::now())).min();
        upkeep.into_iter().chain(self.until_beat()).chain(errand).min()
    }

    /// Sees to the store's upkeep when it is time.
    fn upkeep(&mut self) {
        if self.upkeep_at.is_none_or(|at| Instant::now() < at) {
            return;
        }
        self.upkeep_at = None;
        if let Err(fault) = self.store.upkeep() {
            log::warn!("the store's upkeep failed: {fault}");
            // What is wrong now is wrong for the next commit too, and that tells those who wait for it.
            let _ = self.store.reopen();
        }
    }

    fn read(&self, keys: Vec<Vec<u8>>) -> Result<Records, StoreFault> {
        keys.into_iter()
            .map(|key| {
                let value = self.store.get(&key)?;
                Ok((key, value))
            })
            .collect()
    }

    fn commit(&mut self, writes: &[Write]) -> Result<(), StoreFault> {
        self.upkeep_at = Some(Instant::now() + self.idle);
        commit(&mut *self.store, &mut self.stamp, writes)
    }

    /// How long until the lease is to be renewed.
    fn until_beat(&self) -> Option<Duration> {
        self.store.is_shared().then(|| self.beat_at.saturating_duration_since(Instant::now()))
    }

    /// Renews the lease when it is time, and looks at the others' while somebody asks for them. What fails here fails in the next
    /// commit too, which tells of it.
    fn beat(&mut self) {
        if self.until_beat() != Some(Duration::ZERO) {
            return;
        }
        if let Err(fault) = self.store.renew(self.stamp.epoch, self.state) {
            log::warn!("store: its lease is not renewed: {fault}");
        }
        self.listen_until = self.listen_until.filter(|until| Instant::now() < *until);
        match self.listen_until.map(|_| self.store.spaces()).transpose() {
            Ok(None) => {}
            Ok(Some(list)) => {
                let now = crate::facts::now().instant;
                for info in list.spaces {
                    self.seen.look(&info.name, &info.lease, now);
                }
            }
            Err(fault) => log::warn!("store: its spaces can't be listed: {fault}"),
        }
        // Not all daemons at once: up to a fifth earlier, by their epoch.
        self.beat_at =
            Instant::now() + Duration::from_millis(BEAT_MS - self.stamp.epoch % 10 * (BEAT_MS / 50));
    }

    fn end(&mut self, state: LeaseState) {
        if self.store.is_shared()
            && state != LeaseState::Live
            && let Err(fault) = self.store.renew(self.stamp.epoch, state)
        {
            log::warn!("store: its lease can't be given up: {fault}");
        }
    }
}
