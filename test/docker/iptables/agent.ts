import { OPEN_PORTS } from './rule-sets.ts';

/** Where a peer takes orders to connect to the pod. */
const CONTROL_PORT = 4999;

/**
 * The program that runs in the containers; in Perl, since the image that has iptables has no other language.
 * `serve IP…` answers each connection with the address and port it came to. `try POD PEER` loads rules and connects as
 * the lines of its input say, and writes one line for each.
 */
export const AGENT = String.raw`
use strict; use warnings; use IO::Socket::INET; use IO::Select; use Errno;
$| = 1;
my @ports = (${OPEN_PORTS.join(', ')});

sub ask {
  my ($ip, $port) = @_;
  my $s = IO::Socket::INET->new(PeerAddr => $ip, PeerPort => $port, Proto => 'tcp', Timeout => 2);
  return $!{ECONNREFUSED} ? 'refused' : "failed: $!" unless $s;
  my $line = <$s>;
  return 'closed' unless defined $line;
  chomp $line;
  return $line;
}

sub open_ports {
  my @addresses = @_;
  my $all = IO::Select->new;
  for my $a (@addresses) { for my $p (@ports) {
    $all->add(IO::Socket::INET->new(LocalAddr => $a, LocalPort => $p, Proto => 'tcp', Listen => 64, ReuseAddr => 1) or die "$a:$p $!");
  } }
  return $all;
}

sub serve {
  my ($all) = @_;
  print "serving\n";
  while (1) { for my $l ($all->can_read) {
    my $c = $l->accept or next;
    print $c $c->sockhost . ':' . $c->sockport . "\n";
    close $c;
  } }
}

sub obey {
  my $l = IO::Socket::INET->new(LocalPort => ${CONTROL_PORT}, Proto => 'tcp', Listen => 4, ReuseAddr => 1) or die;
  while (my $c = $l->accept) {
    $c->autoflush(1);
    while (my $line = <$c>) { my ($ip, $port) = split ' ', $line; print $c ask($ip, $port) . "\n"; }
  }
}

sub restore {
  my ($rules) = @_;
  open(my $p, '|-', 'iptables-restore 2>&1 >/dev/null') or die;
  print $p $rules;
  return close $p;
}

sub try {
  my ($pod, $peer) = @_;
  my $control;
  for (1 .. 50) {
    $control = IO::Socket::INET->new(PeerAddr => $peer, PeerPort => ${CONTROL_PORT}, Proto => 'tcp', Timeout => 2) and last;
    select(undef, undef, undef, 0.1);
  }
  die 'no peer' unless $control;
  $control->autoflush(1);
  open(my $in, '<', '/batch/input') or die;
  my $rules = '';
  while (my $line = <$in>) {
    chomp $line;
    if ($line =~ /^RULE (.*)$/) { $rules .= "$1\n"; }
    elsif ($line eq 'LOAD') { print restore($rules) ? "loaded\n" : "not loaded\n"; $rules = ''; }
    elsif ($line =~ /^POD (\d+) (\S+) (\d+)$/) { $> = $1; my $end = ask($2, $3); $> = 0; print "$end\n"; }
    elsif ($line =~ /^PEER (\d+)$/) { print $control "$pod $1\n"; my $end = <$control>; print $end; }
  }
  print "over\n";
}

my ($mode, @rest) = @ARGV;
my $all = open_ports($mode eq 'try' ? ($rest[0], '127.0.0.1') : @rest);
if ($mode eq 'try') { if (fork) { try(@rest); exit 0; } serve($all); }
if (fork) { serve($all); } else { obey(); }
`;
